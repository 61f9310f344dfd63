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

  /// - Throws: a `ConfigurationError` where a name is empty, longer than 64 characters, has characters that break a line,
  ///   or is there twice.
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

  /// The names that a network with the given target tells apart.
  public subscript(target: Target) -> [String] {
    switch target {
    case .emotion: emotions
    case .gender: genders
    }
  }
}
