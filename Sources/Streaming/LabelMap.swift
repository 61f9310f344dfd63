import Models

/// What a model's emotions are called where they are reported, and which of them count as one.
///
/// The probability of emotions taken together is the sum of theirs. It is formed before the smoother, so labels, events
/// and verdicts know the reported names only.
public struct LabelMap: Sendable, Equatable {
  /// The reported labels: those of the model, with a group at the place of its first emotion.
  public let names: [String]
  /// For each of the model's emotions the index of what it is reported as.
  let targets: [Int]

  /// Every emotion by its own name.
  public init(_ emotions: [String]) {
    names = emotions
    targets = Array(emotions.indices)
  }

  /// - Parameters:
  ///   - groups: what is reported together and its name, such as (`["calm", "neutral"]`, `"relaxed"`); one emotion alone
  ///     is renamed.
  ///   - emotions: of the model. What is in no group keeps its name.
  /// - Throws: a `ConfigurationError` where an emotion is none of the model's or in two groups, a name is empty or
  ///   `silence` or `uncertain`, or two labels would have the same name.
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

  /// Adds up the probabilities of what is reported together.
  ///
  /// - Parameters:
  ///   - posterior: one per emotion of the model.
  ///   - result: one per name.
  func merge(_ posterior: borrowing [Float], into result: inout [Float]) {
    for index in result.indices { result[index] = 0 }
    for (emotion, target) in targets.enumerated() { result[target] += posterior[emotion] }
  }
}
