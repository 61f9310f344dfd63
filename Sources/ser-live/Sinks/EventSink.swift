import Streaming

/// A destination of a stream's events: away from the capture thread, so that a slow reader never stalls capture.
protocol EventSink {
  /// Minimum seconds between two snapshots; nil where the sink shows none.
  var refreshInterval: Double? { get }

  /// Writes an event at once.
  /// - Throws: `SinkError.closed` where the reader is gone, `SinkError.failed` where writing fails.
  mutating func receive(_ event: StreamEvent) throws(SinkError)

  /// Updates the displayed state of the stream, if the sink shows it: one for each separate channel.
  mutating func refresh(_ snapshots: [Snapshot]) throws(SinkError)

  /// Sets the recording of the following events.
  mutating func begin(_ recording: String)

  /// Reopens its files, if it has any.
  mutating func reopen() throws(SinkError)

  /// Writes a message to the user, apart from the events.
  mutating func note(_ line: String) throws(SinkError)

  /// Throws the error that ended the writing of an earlier event, where it occurred after its `receive`.
  func check() throws(SinkError)

  /// Leaves the output in the state that a reader or a terminal expects; no events may follow.
  ///
  /// - Throws: a write error that no other call has thrown.
  mutating func close() throws(SinkError)
}

extension EventSink {
  func begin(_ recording: String) {}

  func reopen() {}

  func note(_ line: String) { Messages.write(line) }

  func check() {}
}

/// The output formats of events.
enum OutputFormat: String, CaseIterable, Sendable {
  /// Text: one line per event, or a self-updating display.
  case text
  /// JSON Lines: one JSON object per line.
  case jsonl
  /// For spreadsheets and `cut`: a table with tabs between its fields.
  case tsv
  /// For programs with support for the W3C's Emotion Markup Language.
  case emotionml

  /// The sink that writes this format to standard output.
  /// - Parameters:
  ///   - live: whether events arrive in real time, so that a display is useful.
  ///   - epoch: when the first sample was captured, in seconds since 1970; nil where the source is not live.
  ///   - hasChannels: whether events belong to separate channels.
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

  /// The encoder of this format.
  func encoder(labels: LabelSet, epoch: Double?, hasChannels: Bool = false) -> any EventEncoder {
    switch self {
    case .text: TextEncoder(labels: labels)
    case .jsonl: JSONLinesEncoder(labels: labels)
    case .tsv: TSVEncoder(labels: labels, hasChannels: hasChannels)
    case .emotionml: EmotionMLEncoder(labels: labels, epoch: epoch)
    }
  }
}
