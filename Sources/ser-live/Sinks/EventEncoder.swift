/// A form in which events are written for programs: a document that grows by a piece for each event.
protocol EventEncoder {
  /// What the document begins with.
  var opening: [UInt8] { get }
  /// What it ends with.
  var closing: [UInt8] { get }
  /// Whether more can be added to a document that somebody else has begun and closed.
  var isContinuable: Bool { get }

  /// The events that follow are about the recording at this path.
  mutating func begin(_ recording: String)

  /// The event's piece of the document; nil where the form has no way to say it.
  func encode(_ event: StreamEvent) -> [UInt8]?
}

extension EventEncoder {
  var opening: [UInt8] { [] }
  var closing: [UInt8] { [] }
  var isContinuable: Bool { true }

  mutating func begin(_ recording: String) {}
}
