import Streaming

/// How much each label counts in the loss: `equal`, `balanced`, or a list of numbers.
public enum ClassWeights: Codable, Sendable, Equatable {
  /// All the same.
  case equal
  /// In inverse proportion to how often it occurs among the training clips, 1 on average over the clips.
  case balanced
  /// One a label, in the corpus's order.
  case list([Float])

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let list = try? container.decode([Float].self) {
      self = .list(list)
      return
    }
    let name = try? container.decode(String.self)
    switch name {
    case "equal": self = .equal
    case "balanced": self = .balanced
    default:
      throw ConfigurationError(
        key: decoder.codingPath.map(\.stringValue).joined(separator: "."),
        message: "must be 'equal', 'balanced' or a list of numbers")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .equal: try container.encode("equal")
    case .balanced: try container.encode("balanced")
    case .list(let list): try container.encode(list)
    }
  }

  /// The numbers; nil where all count the same.
  ///
  /// - Parameters:
  ///   - labels: of the training clips; nil where a clip has none.
  ///   - names: of all labels.
  /// - Throws: `TrainingError` where a list has another length than `names`.
  func weights(_ labels: [Int?], names: [String]) throws(TrainingError) -> [Float]? {
    switch self {
    case .equal: return nil
    case .balanced:
      var counts = [Float](repeating: 0, count: names.count)
      for label in labels { if let label { counts[label] += 1 } }
      let present = Float(counts.count { $0 > 0 })
      let all = counts.reduce(0, +)
      return counts.map { $0 > 0 ? all / (present * $0) : 1 }
    case .list(let list):
      guard list.count == names.count else {
        throw TrainingError(
          .badData, "training.loss.classWeights has \(list.count) numbers, the labels are \(names.count): \(names)")
      }
      return list
    }
  }
}
