import Streaming
import Support
import Training
import Yams

/// The YAML file of an experiment.
enum ExperimentFile {
  static func load(_ path: String) throws -> ExperimentConfiguration {
    let configuration = try decode(ExperimentConfiguration.self, path)
    try configuration.validate()
    return configuration
  }

  /// The sections for rows and utterances; networks and training are optional.
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
    let text = try FileContents.text(path)
    do {
      return try YAMLDecoder().decode(type, from: text)
    } catch {
      throw OperationError(.badData, "\(path): \(YAMLSentence.make(error))")
    }
  }
}
