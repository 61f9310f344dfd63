import Streaming

/// Writes events in one format to standard output or to a file.
struct EncodedSink: EventSink {
  private var encoder: any EventEncoder
  private let labels: LabelSet
  private let destination: Destination

  /// The destination of a document.
  enum Destination {
    /// An open output; warnings that the format cannot represent go to the messages.
    case output(Output, messages: Output)
    /// A separate file.
    case file(OutputFile)
  }

  /// Begins the document.
  ///
  /// - Throws: `SinkError` where that cannot be written.
  init(_ encoder: any EventEncoder, labels: LabelSet, to destination: Destination) throws(SinkError) {
    self.encoder = encoder
    self.labels = labels
    self.destination = destination
    try begin()
  }

  var refreshInterval: Double? { nil }

  func receive(_ event: StreamEvent) throws(SinkError) {
    if let bytes = encoder.encode(event) {
      try write(bytes)
    } else if event.kind == .warning, case .output(_, let messages) = destination {
      // If standard error is closed, messages are not wanted; the events still are.
      try? messages.writeText(TextLine(event, labels: labels).text + "\n")
    }
  }

  mutating func begin(_ recording: String) { encoder.begin(recording) }

  func refresh(_ snapshots: [Snapshot]) {}

  /// Ends the document and begins another one in a new file of the same name.
  func reopen() throws(SinkError) {
    guard case .file(let file) = destination else { return }
    try write(encoder.closing)
    try file.reopen()
    try begin()
  }

  func close() throws(SinkError) {
    try write(encoder.closing)
    if case .file(let file) = destination { try file.close() }
  }

  private func begin() throws(SinkError) {
    if case .file(let file) = destination {
      if !encoder.isContinuable { try file.truncate() }
      guard try file.isEmpty else { return }
    }
    try write(encoder.opening)
  }

  private func write(_ bytes: [UInt8]) throws(SinkError) {
    switch destination {
    case .output(let output, _): try output.write(bytes)
    case .file(let file): try file.write(bytes)
    }
  }
}
