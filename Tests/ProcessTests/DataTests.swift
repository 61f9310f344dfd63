import Foundation
import TestSupport
import Testing

@Suite("Sentences about data that do not fit", .timeLimit(.minutes(1)))
struct DataTests {
  private func table(_ rows: [String], _ folder: URL, _ name: String, header: String = "path,label,speaker") throws
    -> String
  {
    try Data("".utf8).write(to: folder.appending(path: "\(name).wav"))
    let path = folder.appending(path: "\(name).csv")
    let lines = [header] + rows.map { "\(name).wav,\($0)" }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: path)
    return path.path
  }

  @Test("A speaker of several corpora is called with the corpus's name")
  func speaker() throws {
    try withTemporaryFolder { folder in
      let data = try ["--data", table(["sad,5"], folder, "one"), "--data", table(["sad,5"], folder, "two")]
      let outcome = try Program.run(["evaluate", "--speaker", "5"] + data)
      #expect(outcome.ending == .exited(66))
      #expect(
        outcome.errors
          == "ser-live: the data have no speaker '5': speakers of several corpora are called corpus/name, such as one/5 or two/5\n"
      )
      let other = try Program.run(["evaluate", "--speaker", "one/5", "--speaker", "one/6"] + data)
      #expect(other.ending == .exited(66) && other.errors.contains("no speaker 'one/6': there are one/5, two/5"))
    }
  }

  @Test("Bad groups of labels are said of --labels")
  func labels() throws {
    for value in [
      "angry=" + String(repeating: "a", count: 65), "angry=a\u{7}b", "wrath=x", "angry=silence", "angry=sad",
    ] {
      let outcome = try Program.run("file", Program.angry, "--labels", value)
      #expect(outcome.ending == .exited(64), "\(value)")
      #expect(outcome.errors.contains("--labels: ") && !outcome.errors.contains("--emotions"), "\(outcome.errors)")
    }
    let alert = try Program.run("file", Program.angry, "--alert", "wrath:5")
    #expect(alert.ending == .exited(64) && alert.errors.contains("--alert: no label is called 'wrath'"))
    let priors = try Program.run("file", Program.angry, "--priors", "wrath=5")
    #expect(priors.ending == .exited(64) && priors.errors.contains("--priors: "), "\(priors.errors)")
  }

  @Test("A training on one emotion is refused before anything is read")
  func oneLabel() throws {
    try withTemporaryFolder { folder in
      let data = try table(["sad,1"], folder, "one")
      let configuration = folder.appending(path: "tiny.yaml")
      try Data(TinyCorpus.configuration().utf8).write(to: configuration)
      let outcome = try Program.run(
        "train", "--config", configuration.path, "--data", data, "--output", folder.path + "/model.safetensors")
      #expect(outcome.ending == .exited(65))
      #expect(
        outcome.errors
          == "ser-live: all recordings to train on are 'sad': add some of another emotion, for it to be told from\n")
    }
  }

  @Test("A column that is there twice is refused", arguments: ["evaluate", "adapt"])
  func columns(command: String) throws {
    try withTemporaryFolder { folder in
      let data = try table(["sad,angry,1"], folder, "one", header: "path,label,Label,speaker")
      let output = command == "adapt" ? ["--output", folder.path + "/model.safetensors"] : []
      let outcome = try Program.run([command, "--data", data] + output)
      #expect(outcome.ending == .exited(65) && outcome.errors.contains("has two columns 'label'"), "\(outcome.errors)")
    }
  }

  @Test(
    "A benchmark that failed says why",
    arguments: [
      (
        "[6/16] Compiling A\n/x/A.swift:1:2: error: no such thing\n[7/16] Compiling B\n",
        "/x/A.swift:1:2: error: no such thing"
      ),
      ("[6/16] Compiling A\nerror: cannot link\nBuilding for production...\n\n", "error: cannot link"),
      ("Traceback:\n  File x\nValueError: bad shape\n", "ValueError: bad shape"),
      ("ser-live: there is no part\n[7/16] Compiling …\n", "ser-live: there is no part"),
      ("ERROR: No matching distribution found\nWARNING: pip is old\n", "ERROR: No matching distribution found"),
      ("\u{1B}[31merror:\u{1B}[0m red\rother\n", "error: red"), ("10 %\rkilled\n", "killed"),
      ("[1/2] Compiling A\n", "it said nothing"), ("\n \n", "it said nothing"), ("", "it said nothing"),
    ])
  func reason(log: String, expected: String) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log").path
      try Data(log.utf8).write(to: URL(filePath: path))
      let process = try ChildProcess(Program.root.appending(path: "Benchmarks/reason").path, [path])
      #expect(process.end(within: .seconds(5)) == .exited(0) && process.errors.text == "")
      #expect(process.lines.text == expected + "\n")
    }
  }
}
