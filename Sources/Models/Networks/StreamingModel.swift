/// A model that hears one row after the other.
///
/// Its weights never change and are shared by all streams; what a stream remembers lies in a state outside, of fixed
/// size. n calls of `step` give what the batched `forward` gives for the same n rows.
public protocol StreamingModel: Sendable {
  associatedtype State: Sendable

  /// Number of probabilities that `step` writes.
  var labelCount: Int { get }

  /// The state of a stream that has heard nothing.
  func makeState() -> State

  /// Brings a state back to that of a new stream, without allocating.
  func reset(_ state: inout State)

  /// Hears one more row and writes what the model now thinks of all the rows since the last reset.
  ///
  /// - Parameters:
  ///   - row: one normalised feature row.
  ///   - probabilities: at least `labelCount` long; its front receives numbers in 0…1 that sum to 1.
  func step(_ row: Span<Float>, _ state: inout State, into probabilities: inout [Float])
}
