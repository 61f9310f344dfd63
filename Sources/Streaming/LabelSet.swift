import Models

/// The names of a recognizer's outputs.
public struct LabelSet: Codable, Sendable, Equatable {
  /// Names of the emotions, in the order of the probabilities.
  public var emotions: [String]
  /// Names of the genders, in the order of the probabilities.
  public var genders: [String]

  public init(emotions: [String], genders: [String]) {
    self.emotions = emotions
    self.genders = genders
  }

  /// - Throws: a `ConfigurationError` where a name is empty, longer than 64 characters, contains characters that break
  ///   a line, or occurs twice.
  public func validate() throws(ConfigurationError) {
    for (key, names) in [("emotions", emotions), ("genders", genders)] {
      for (index, name) in names.enumerated() {
        guard 1...64 ~= name.count, name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
          throw ConfigurationError(key: key, message: "'\(name.prefix(64))' is no name of a label")
        }
        guard !names[..<index].contains(name) else {
          throw ConfigurationError(key: key, message: "two are called '\(name)'")
        }
      }
    }
  }

  /// The class names of a network with the given target.
  public subscript(target: Target) -> [String] {
    switch target {
    case .emotion: emotions
    case .gender: genders
    }
  }
}
