/// An output format for events: a document that grows by a piece for each event.
protocol EventEncoder {
  /// The beginning of the document.
  var opening: [UInt8] { get }
  /// The end of the document.
  var closing: [UInt8] { get }
  /// Whether an existing, closed document can be continued.
  var isContinuable: Bool { get }

  /// Sets the recording of the following events.
  mutating func begin(_ recording: String)

  /// The event's piece of the document; nil where the format cannot represent it.
  func encode(_ event: StreamEvent) -> [UInt8]?
}

extension EventEncoder {
  var opening: [UInt8] { [] }
  var closing: [UInt8] { [] }
  var isContinuable: Bool { true }

  mutating func begin(_ recording: String) {}
}
