/// A model that processes one row after the other.
///
/// Its weights never change and are shared by all streams; the state of a stream is separate and of fixed size. n calls
/// of `step` give the same result as the batched `forward` of the same n rows.
public protocol StreamingModel: Sendable {
  associatedtype State: Sendable

  /// Number of probabilities that `step` writes.
  var labelCount: Int { get }

  /// The initial state of a stream.
  func makeState() -> State

  /// Returns a state to the initial one, without allocating.
  func reset(_ state: inout State)

  /// Processes one row and writes the probabilities after all rows since the last reset.
  ///
  /// - Parameters:
  ///   - row: one normalised feature row.
  ///   - probabilities: at least `labelCount` long; its front receives numbers in 0…1 that sum to 1.
  func step(_ row: Span<Float>, _ state: inout State, into probabilities: inout [Float])
}
