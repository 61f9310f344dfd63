/// How well clips were recognised.
public struct Evaluation: Sendable, Equatable, Codable {
  public var emotion: ConfusionMatrix
  /// All clips count as not heard where no network tells genders.
  public var gender: ConfusionMatrix

  /// Adds the counts of other clips with the same labels.
  public mutating func add(_ other: Evaluation) {
    emotion.add(other.emotion)
    gender.add(other.gender)
  }
}
