/// Something that happened to the stream at a place in it; travels beside the samples in a ring of its own.
struct CaptureMark: BitwiseCopyable, Sendable {
  enum Kind: UInt8, BitwiseCopyable, Sendable {
    case xrun, dropped, suspended, disconnected, reconnected
    /// More silence for a device that is away; no news.
    case absence
  }

  var kind: Kind
  /// Samples that have passed through the ring before it.
  var position: Int
  /// Frames that are missing here, delivered as zeros.
  var missing: Int
}
