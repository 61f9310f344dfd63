import Models
import Streaming

/// A penalty on large weights that is part of the loss: l1 · Σ |w| + l2 · Σ w² over the matrices, not over biases and
/// scales. One of the two alone is the lasso or ridge penalty, both together the elastic net (Zou and Hastie 2005).
///
/// Omitted keys keep their defaults.
public struct RegularizationConfiguration: Codable, Sendable, Equatable {
  public var l1: Float = 0
  public var l2: Float = 0

  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case l1, l2
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    try section.read(.l1, into: &l1)
    try section.read(.l2, into: &l2)
  }

  /// - Throws: a `ConfigurationError` for the first value outside its range.
  public func validate() throws(ConfigurationError) {
    try CodingKeys.l1.require(0...1 ~= l1, in: "training.regularization", "between 0 and 1, not \(l1)")
    try CodingKeys.l2.require(0...1 ~= l2, in: "training.regularization", "between 0 and 1, not \(l2)")
  }

  /// Adds the gradient of the penalty; that of |w| is 0 at a weight of 0.
  func add(to gradients: inout [Float], _ weights: [Float], _ mask: ParameterMask) {
    guard l1 > 0 || l2 > 0 else { return }
    for i in weights.indices {
      let sign: Float = weights[i] > 0 ? 1 : weights[i] < 0 ? -1 : 0
      gradients[i] += mask.decays[i] * (l1 * sign + 2 * l2 * weights[i])
    }
  }
}
