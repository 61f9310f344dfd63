/// How well clips were recognised.
public struct Evaluation: Sendable, Equatable, Codable {
  public var emotion: ConfusionMatrix
  public var gender: ConfusionMatrix

  public mutating func add(_ other: Evaluation) {
    emotion.add(other.emotion)
    gender.add(other.gender)
  }
}
