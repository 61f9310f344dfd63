import Streaming

/// Where the events of a stream go: away from the capture thread, so that a slow reader never stalls capture.
protocol EventSink {
  /// Least seconds between two snapshots that the sink has a use for; nil where it shows none.
  var refreshInterval: Double? { get }

  /// Writes an event out at once.
  /// - Throws: `SinkError.closed` where nobody reads any more, `SinkError.failed` where writing fails.
  mutating func receive(_ event: StreamEvent) throws(SinkError)

  /// Shows the present state of the stream, where the sink shows it at all: one for each channel that is processed by itself.
  mutating func refresh(_ snapshots: [Snapshot]) throws(SinkError)

  /// What is received from here on is about the recording at this path.
  mutating func begin(_ recording: String)

  /// Opens the files that it writes to anew, where it has any.
  mutating func reopen() throws(SinkError)

  /// Says something to people, aside from the events.
  mutating func note(_ line: String) throws(SinkError)

  /// Throws what has ended the writing of an earlier event, where that happens later than its `receive`.
  func check() throws(SinkError)

  /// Leaves the output as a reader or a terminal expects it; nothing is received afterwards.
  ///
  /// - Throws: what of all that was received could not be written, where no other call has thrown it.
  mutating func close() throws(SinkError)
}

extension EventSink {
  func begin(_ recording: String) {}

  func reopen() {}

  func note(_ line: String) { Messages.write(line) }

  func check() {}
}

/// The forms that events can be written in.
enum OutputFormat: String, CaseIterable, Sendable {
  /// For people: one line an event, or a display that redraws itself.
  case text
  /// For programs: one JSON object a line.
  case jsonl
  /// For spreadsheets and `cut`: a table with tabs between its fields.
  case tsv
  /// For programs that know the W3C's Emotion Markup Language.
  case emotionml

  /// The sink that writes this format to standard output.
  /// - Parameters:
  ///   - live: whether events come at the pace of the sound, so that a display is worth redrawing.
  ///   - epoch: when the first sample was captured, in seconds since 1970; nil where it was not captured now.
  ///   - hasChannels: whether events are about channels that are processed each by itself.
  ///   - output: standard output.
  ///   - messages: standard error.
  func sink(
    labels: LabelSet, live: Bool, epoch: Double? = nil, hasChannels: Bool = false, output: Output = .standard,
    messages: Output = .messages
  ) throws(SinkError) -> any EventSink {
    switch self {
    case .text where live && Terminal.redraws(output):
      TerminalView.open(labels: labels, terminal: Terminal(output: output))
        ?? TextSink(labels: labels, output: output, messages: messages)
    case .text: TextSink(labels: labels, output: output, messages: messages)
    case .jsonl, .tsv, .emotionml:
      try EncodedSink(
        encoder(labels: labels, epoch: epoch, hasChannels: hasChannels), labels: labels,
        to: .output(output, messages: messages))
    }
  }

  /// The form of this format's documents.
  func encoder(labels: LabelSet, epoch: Double?, hasChannels: Bool = false) -> any EventEncoder {
    switch self {
    case .text: TextEncoder(labels: labels)
    case .jsonl: JSONLinesEncoder(labels: labels)
    case .tsv: TSVEncoder(labels: labels, hasChannels: hasChannels)
    case .emotionml: EmotionMLEncoder(labels: labels, epoch: epoch)
    }
  }
}
