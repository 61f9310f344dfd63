import Models
import Streaming
import Support
import Yams

/// A settings file: YAML with a key for each setting, validated before any is used.
enum SettingsFile {
  /// - Returns: The settings of the file and the values of their options, in the order of the file.
  /// - Throws: an error with the fault and its place.
  static func load(_ path: String) throws -> [(setting: Setting, values: [String])] {
    let text = try FileContents.text(path)
    do {
      return try settings(text)
    } catch {
      throw OperationError(.badData, "\(path): \(YAMLSentence.make(error))")
    }
  }

  /// - Throws: a `YamlError` where the text is not YAML, a `ConfigurationError` where a key or a value is invalid.
  static func settings(_ yaml: String) throws -> [(setting: Setting, values: [String])] {
    guard let root = try Yams.compose(yaml: yaml) else { return [] }
    guard let mapping = root.mapping else {
      throw ConfigurationError(key: "the file", message: "must have keys with values, such as format: jsonl")
    }
    var seen: Set<String> = []
    return try mapping.map { keyNode, value in
      let key = keyNode.string ?? "?"
      guard seen.insert(key).inserted else { throw ConfigurationError(key: key, message: "is there twice") }
      guard let setting = Setting.all.first(where: { $0.key == key }) else {
        let keys = Setting.all.map(\.key)
        throw ConfigurationError(
          key: key,
          message: "there is no such setting; there are \(keys.joined(separator: ", "))"
            + suggestion(for: key, among: keys))
      }
      return (setting, try values(value, of: setting))
    }
  }

  private static func values(_ node: Node, of setting: Setting) throws -> [String] {
    func refuse(_ what: String) -> ConfigurationError {
      ConfigurationError(key: setting.key, message: "must be \(what)")
    }
    switch (setting.option, node) {
    case (_, .scalar(let scalar)):
      if node.null != nil { throw refuse("a value; leave the key out where nothing is to be set") }
      if setting.isFlag {
        guard let value = node.bool else { throw refuse("true or false, not \(scalar.string)") }
        return [value ? "true" : "false"]
      }
      return [scalar.string]
    case ("labels", .mapping(let groups)):
      let texts = try groups.map { name, emotions in
        guard let name = name.string, let members = strings(emotions) else {
          throw refuse("labels with the emotions that they stand for, such as stressed: [angry, fearful]")
        }
        return "\(members.joined(separator: "+"))=\(name)"
      }
      return [texts.joined(separator: ",")]
    case ("smoothing", .mapping(let settings)):
      guard let text = pairs(settings) else {
        throw refuse("a preset, or settings with their values, such as {preset: calm, dwell: 3}")
      }
      return [text]
    case ("priors", .mapping(let factors)):
      guard let text = pairs(factors) else { throw refuse("emotions with their factors, such as {neutral: 4}") }
      return [text]
    case ("alert", .sequence(let rules)) where rules.contains { $0.mapping != nil }:
      return try rules.map { try rule($0) }
    case ("events", .sequence):
      guard let names = strings(node) else { throw refuse("names of events") }
      return [names.joined(separator: ",")]
    case (_, .sequence) where setting.isRepeating:
      guard let texts = strings(node) else { throw refuse("a list of \(setting.valueName)") }
      return texts
    default: throw refuse(setting.isRepeating ? "a list of \(setting.valueName)" : "one value (\(setting.valueName))")
    }
  }

  /// An alert rule in the syntax of its option.
  private static func rule(_ node: Node) throws -> String {
    if let text = node.string { return text }
    let keys = ["label", "hold", "gap"]
    var values: [String: String] = [:]
    for (key, value) in node.mapping ?? [:] {
      let name = key.string ?? "?"
      guard keys.contains(name), let text = value.string else {
        throw ConfigurationError(
          key: "alert.\(name)",
          message: "there is no such setting; there are \(keys.joined(separator: ", "))"
            + suggestion(for: name, among: keys))
      }
      values[name] = text
    }
    guard let label = values["label"], let hold = values["hold"] else {
      throw ConfigurationError(key: "alert", message: "a rule must have a label and, as hold, a number of seconds")
    }
    return ([label, hold] + [values["gap"]].compactMap { $0 }).joined(separator: ":")
  }

  /// Keys with their values, in the syntax of an option; nil where one is not a scalar.
  private static func pairs(_ mapping: Node.Mapping) -> String? {
    let texts = mapping.compactMap { key, value in key.string.flatMap { key in value.string.map { "\(key)=\($0)" } } }
    return texts.count == mapping.count ? texts.joined(separator: ",") : nil
  }

  /// A scalar, or a list of scalars.
  private static func strings(_ node: Node) -> [String]? {
    if let text = node.string { return [text] }
    guard let sequence = node.sequence else { return nil }
    let texts = sequence.compactMap(\.string)
    return texts.count == sequence.count ? texts : nil
  }
}
