import Foundation
import TestSupport
import Testing

/// The programs of `Examples/`, which use the libraries as another package would.
@Suite("Examples", .timeLimit(.minutes(3)), .serialized)
struct ExampleTests {
  private func start(
    _ example: String, _ arguments: String..., environment: [String: String] = [:]
  ) throws -> ChildProcess {
    let path = URL(filePath: Program.path).deletingLastPathComponent().appending(path: example).path
    return try ChildProcess(path, arguments, environment: environment)
  }

  @Test("Each is complete in at most 30 lines")
  func length() throws {
    let folder = Program.root.appending(path: "Examples")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["LabelFile", "LabelMicrophone", "TrainSmallNetwork"])
    for name in names {
      let source = try String(contentsOf: folder.appending(path: "\(name)/main.swift"), encoding: .utf8)
      #expect(source.split(separator: "\n", omittingEmptySubsequences: false).count <= 31, "\(name)")
    }
  }

  @Test("A file's utterances have the labels and posteriors of `ser-live file`")
  func file() throws {
    let example = try start("LabelFile", Program.sad)
    #expect(example.end(within: .seconds(20)) == .exited(0))
    let events = try Program.run("file", Program.sad, "--format", "jsonl").events().filter { $0.type == "utterance" }
    let lines = example.lines.text.split(separator: "\n").map { $0.split(separator: " ") }
    try #require(!lines.isEmpty && lines.count == events.count)
    for (line, event) in zip(lines, events) {
      #expect(line.count == 4 && line[2] == event.label)
      #expect(abs(try #require(Double(line[3])) - #require(event["confidence"])) < 1e-3)
    }
  }

  @Test(
    "A microphone's labels come while somebody speaks",
    .enabled(if: VirtualMicrophone.isAvailable, "\(VirtualMicrophone.requirement)"))
  func microphone() throws {
    try VirtualMicrophone.withRecording { microphone, wav in
      let example = try start("LabelMicrophone", "6", "pulse", environment: microphone.environment)
      Thread.sleep(forTimeInterval: 1)
      try microphone.play(file: wav).waitUntilExit()
      #expect(example.end(within: .seconds(20)) == .exited(0))
      #expect(example.lines.text.contains(" s: angry\n"), "\(example.lines.text) \(example.errors.text)")
    }
  }

  @Test("A small network is trained, and the program takes it")
  func training() throws {
    try withTemporaryFolder { folder in
      try TinyCorpus.write(actors: [1, 2], to: folder)
      let manifest = try TinyCorpus.writeManifest(in: folder)
      let model = folder.appending(path: "small.safetensors").path
      let example = try start("TrainSmallNetwork", manifest.path, model, "1")
      #expect(example.end(within: .seconds(60)) == .exited(0), "\(example.errors.text)")
      let events = try Program.run("file", Program.sad, "--model", model, "--format", "jsonl").events()
      #expect(["angry", "sad", "uncertain"].contains(try #require(events.last?.label)))
    }
  }
}
