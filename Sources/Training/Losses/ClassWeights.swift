import Models
import Streaming
import Support

/// Weights of the labels in the loss: `equal`, `balanced`, a list of numbers, or a map from labels to numbers.
public enum ClassWeights: Codable, Sendable, Equatable {
  /// All the same.
  case equal
  /// Inversely proportional to the frequency among the training clips, 1 on average over the clips.
  case balanced
  /// One per label, in the corpus's order.
  case list([Float])
  /// Weights of named labels; all others have weight 1. Names of emotions and of genders may be mixed: each network
  /// uses those of its own target. RAVDESS's emotions that are missing in the data are ignored, so that one
  /// configuration serves corpora with fewer emotions.
  case map([String: Float])

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let list = try? container.decode([Float].self) {
      self = .list(list)
      return
    }
    if let map = try? container.decode([String: Float].self) {
      self = .map(map)
      return
    }
    let name = try? container.decode(String.self)
    switch name {
    case "equal": self = .equal
    case "balanced": self = .balanced
    default:
      throw ConfigurationError(
        key: decoder.codingPath.map(\.stringValue).joined(separator: "."),
        message: "must be 'equal', 'balanced', a list of numbers or a map from labels to numbers")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .equal: try container.encode("equal")
    case .balanced: try container.encode("balanced")
    case .list(let list): try container.encode(list)
    case .map(let map): try container.encode(map)
    }
  }

  /// The numbers of a list or a map; nil for the other cases.
  var numbers: [Float]? {
    switch self {
    case .equal, .balanced: nil
    case .list(let list): list
    case .map(let map): Array(map.values)
    }
  }

  /// Checks lists and maps against the labels of all networks, before the networks are trained.
  ///
  /// - Throws: the errors of `weights(_:of:in:)`.
  public func validate(_ networks: [NetworkConfiguration], _ labels: LabelSet) throws(OperationError) {
    for network in networks { _ = try weights([], of: network.target, in: labels) }
  }

  /// The weights; nil where they are all equal.
  ///
  /// - Parameters:
  ///   - clips: labels of the training clips; nil where a clip has none.
  ///   - target: the target of the labels.
  ///   - labels: of all networks.
  /// - Throws: an `OperationError` where the length of a list differs from the number of labels, or a map contains an
  ///   unknown name.
  func weights(_ clips: [Int?], of target: Target, in labels: LabelSet) throws(OperationError) -> [Float]? {
    let names = labels[target]
    switch self {
    case .equal: return nil
    case .balanced:
      var counts = [Float](repeating: 0, count: names.count)
      for label in clips { if let label { counts[label] += 1 } }
      let present = Float(counts.count { $0 > 0 })
      let all = counts.reduce(0, +)
      return counts.map { $0 > 0 ? all / (present * $0) : 1 }
    case .list(let list):
      guard list.count == names.count else {
        throw OperationError(
          .badData, "training.loss.classWeights has \(list.count) numbers, the labels are \(names.count): \(names)")
      }
      return list
    case .map(let map):
      let known = labels.emotions + labels.genders
      let possible = known + RAVDESS.labels.emotions
      if let stranger = map.keys.sorted().first(where: { !possible.contains($0) }) {
        throw OperationError(
          .badData, "training.loss.classWeights names '\(stranger)', the labels are \(known.joined(separator: ", "))")
      }
      return names.contains { map[$0] != nil } ? names.map { map[$0] ?? 1 } : nil
    }
  }
}
