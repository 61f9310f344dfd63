import Models

/// The names under which a model's emotions are reported, and the emotions that are merged.
///
/// The probability of a merged label is the sum of its emotions' probabilities. It is computed before the smoother, so
/// labels, events and predictions use only the reported names.
public struct LabelMap: Sendable, Equatable {
  /// The reported labels: those of the model, with each group at the position of its first emotion.
  public let names: [String]
  /// For each of the model's emotions, the index of its reported label.
  let targets: [Int]

  /// Reports every emotion under its own name.
  public init(_ emotions: [String]) {
    names = emotions
    targets = Array(emotions.indices)
  }

  /// - Parameters:
  ///   - groups: emotions that are merged, and the name of the result, such as (`["calm", "neutral"]`, `"relaxed"`); a
  ///     single emotion is renamed.
  ///   - emotions: of the model. Emotions outside all groups keep their names.
  /// - Throws: a `ConfigurationError` where an emotion does not exist in the model or is in two groups, a name is empty
  ///   or `silence` or `uncertain`, or two labels have the same name.
  public init(_ groups: [(emotions: [String], name: String)], of emotions: [String]) throws(ConfigurationError) {
    var reported = emotions
    var taken: Set<String> = []
    for group in groups {
      guard !["silence", "uncertain"].contains(group.name) else {
        throw ConfigurationError(
          key: "labels", message: "'\(group.name)' is what is said where there is no emotion; choose another name")
      }
      for emotion in group.emotions {
        let index = try emotions.index(ofEmotion: emotion, key: "labels")
        guard taken.insert(emotion).inserted else {
          throw ConfigurationError(key: "labels", message: "'\(emotion)' is named twice; it can be one label only")
        }
        reported[index] = group.name
      }
    }
    var names: [String] = []
    for name in reported where !names.contains(name) { names.append(name) }
    for name in names {
      let members = emotions.indices.filter { reported[$0] == name }.map { emotions[$0] }
      let isGroup = groups.contains { $0.name == name && Set($0.emotions) == Set(members) }
      guard members.count == 1 || isGroup else {
        throw ConfigurationError(
          key: "labels",
          message: """
            two labels would be called '\(name)'; to take them together write \(members.joined(separator: "+"))=\(name)
            """)
      }
    }
    do {
      try LabelSet(emotions: names, genders: []).validate()
    } catch {
      throw ConfigurationError(key: "labels", message: error.message)
    }
    self.names = names
    targets = reported.map { name in names.firstIndex(of: name)! }
  }

  /// Adds up the probabilities of merged emotions.
  ///
  /// - Parameters:
  ///   - posterior: one per emotion of the model.
  ///   - result: one per name.
  func merge(_ posterior: borrowing [Float], into result: inout [Float]) {
    for index in result.indices { result[index] = 0 }
    for (emotion, target) in targets.enumerated() { result[target] += posterior[emotion] }
  }
}
