/// An event at a position in the stream; travels beside the samples in a separate ring.
struct CaptureMark: BitwiseCopyable, Sendable {
  enum Kind: UInt8, BitwiseCopyable, Sendable {
    case xrun, dropped, suspended, disconnected, reconnected
    /// More silence for a device that is away; not reported.
    case absence
  }

  var kind: Kind
  /// Samples that passed through the ring before it.
  var position: Int
  /// Missing frames at this position, delivered as zeros.
  var missing: Int
}
