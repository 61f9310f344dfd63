import Streaming

/// Writes events in one form to standard output or to a file.
struct EncodedSink: EventSink {
  private var encoder: any EventEncoder
  private let labels: LabelSet
  private let destination: Destination

  /// Where a document goes.
  enum Destination {
    /// To an output that is open; warnings that the form cannot say go to the messages.
    case output(Output, messages: Output)
    /// To a file of its own.
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
      // Whoever closed standard error wants no messages; the events still matter.
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
