import Foundation
import TestSupport
import Testing

/// The built program, and what the tests feed it with.
enum Program {
  /// Beside the test bundle, whatever the build folder is called.
  static let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .appending(path: "ser-live").path

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static let angry = root.appending(path: "Recordings/angry.flac").path
  static let sad = root.appending(path: "Recordings/sad.flac").path

  static func start(
    _ arguments: [String], environment: [String: String] = [:], input: ChildProcess.Input = .file("/dev/null"),
    output: ChildProcess.Output = .collected
  ) throws -> ChildProcess {
    try ChildProcess(path, arguments, environment: environment, input: input, output: output)
  }

  static func start(
    _ arguments: String..., environment: [String: String] = [:], input: ChildProcess.Input = .file("/dev/null"),
    output: ChildProcess.Output = .collected
  ) throws -> ChildProcess {
    try start(arguments, environment: environment, input: input, output: output)
  }

  static func run(
    _ arguments: String..., input: [UInt8]? = nil, output: ChildProcess.Output = .collected,
    within limit: Duration = .seconds(30)
  ) throws -> Outcome {
    try run(arguments, input: input, output: output, within: limit)
  }

  /// Runs the program to its end with `input` as its standard input.
  static func run(
    _ arguments: [String], input: [UInt8]? = nil, output: ChildProcess.Output = .collected,
    within limit: Duration = .seconds(30)
  ) throws -> Outcome {
    let process = try start(arguments, input: input == nil ? .file("/dev/null") : .pipe, output: output)
    if let input {
      process.write(input)
      process.closeInput()
    }
    let ending = process.end(within: limit)
    return Outcome(ending: ending, output: process.lines.text, errors: process.errors.text)
  }

  struct Outcome {
    let ending: ChildProcess.Ending
    let output: String
    let errors: String

    /// The JSON Lines on standard output.
    func events() throws -> [Event] {
      #expect(output.isEmpty || output.hasSuffix("\n"), "the last line has no end")
      return try output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map {
        try Event(String($0))
      }
    }
  }
}

/// One line of `--format jsonl`.
struct Event {
  let line: String
  private let values: [String: Any]

  init(_ line: String) throws {
    self.line = line
    values = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
  }

  var keys: Set<String> { Set(values.keys) }
  var type: String { self["type"] ?? "" }
  var label: String { self["label"] ?? "" }
  var probabilities: [String: Double] { self["probabilities"] ?? [:] }

  subscript<Value>(_ key: String) -> Value? { values[key] as? Value }

  static let emotions: Set = ["neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised"]

  /// What design of the output fixes for each type of event from a recording.
  static let keys: [String: Set<String>] = [
    "label": ["type", "time", "label", "previous", "confidence", "probabilities"],
    "frame": ["type", "time", "speech", "label", "confidence", "probabilities", "level_db"],
    "utterance": ["type", "start", "end", "label", "confidence", "probabilities", "gender"],
    "file": ["type", "path", "duration", "speech", "label", "confidence", "probabilities"],
    "warning": ["type", "code", "time", "message"],
  ]
}
