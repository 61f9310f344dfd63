import Streaming
import Training
import Yams

/// A YAML file that describes an experiment.
enum ExperimentFile {
  static func load(_ path: String) throws -> ExperimentConfiguration {
    let configuration = try decode(ExperimentConfiguration.self, path)
    try configuration.validate()
    return configuration
  }

  /// The sections that decide about rows and utterances; networks and training may be left out.
  static func listening(_ path: String) throws -> ListeningConfiguration {
    let configuration = try decode(ListeningPart.self, path).recognizer
    try configuration.validate()
    return configuration
  }

  private struct ListeningPart: Decodable {
    let recognizer: ListeningConfiguration

    init(from decoder: any Decoder) throws {
      let section = try decoder.section(ExperimentConfiguration.CodingKeys.self)
      recognizer = try section.decode(ListeningConfiguration.self, forKey: .recognizer)
    }
  }

  private static func decode<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value {
    let bytes = try FileContents.read(path)
    do {
      return try YAMLDecoder().decode(type, from: String(decoding: bytes, as: UTF8.self))
    } catch {
      throw TrainingError(.badData, "\(path): \(sentence(error))")
    }
  }

  /// Swift's decoding errors as a person would say them.
  private static func sentence(_ error: any Error) -> String {
    func place(_ path: [any CodingKey], _ last: (any CodingKey)? = nil) -> String {
      let keys = path + (last.map { [$0] } ?? [])
      return keys.isEmpty
        ? "the file" : keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
    switch error {
    case DecodingError.keyNotFound(let key, let context): return "'\(place(context.codingPath, key))' is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      return "'\(place(context.codingPath))' has a value of the wrong type: \(context.debugDescription)"
    case DecodingError.dataCorrupted(let context):
      if let cause = context.underlyingError { return sentence(cause) }
      return "'\(place(context.codingPath))': \(context.debugDescription)"
    // Yams explains itself on several lines, the last of which points at the place in the one before.
    case let error as YamlError:
      let lines = "\(error)".split(separator: "\n").map { $0.drop { $0 == " " } }
      return lines.filter { $0 != "^" }.joined(separator: " ")
    default: return "\(error)"
    }
  }
}
