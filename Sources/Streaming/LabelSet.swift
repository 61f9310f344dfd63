import Models

/// What a recognizer's numbers are called.
public struct LabelSet: Codable, Sendable, Equatable {
  /// Names of the emotions, in the order of the probabilities.
  public var emotions: [String]
  /// Names of the genders, likewise.
  public var genders: [String]

  public init(emotions: [String], genders: [String]) {
    self.emotions = emotions
    self.genders = genders
  }

  /// The names that a network with the given target tells apart.
  public subscript(target: Target) -> [String] {
    switch target {
    case .emotion: emotions
    case .gender: genders
    }
  }
}
