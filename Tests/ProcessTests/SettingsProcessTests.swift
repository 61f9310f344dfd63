import Foundation
import TestSupport
import Testing

@Suite("Settings from files and from the environment", .timeLimit(.minutes(1)))
struct SettingsProcessTests {
  private func run(_ arguments: [String], _ environment: [String: String] = [:]) throws -> ChildProcess {
    let process = try Program.start(arguments, environment: environment)
    _ = process.end(within: .seconds(10))
    return process
  }

  @Test("Options come before the environment, and that before a file")
  func layers() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "my.yaml")
      try "format: tsv\nevents: [file]\n".write(to: file, atomically: true, encoding: .utf8)
      func first(_ arguments: [String], _ environment: [String: String] = [:]) throws -> String {
        let process = try run(["file", Program.angry] + arguments, environment)
        #expect(process.end(within: .zero) == .exited(0) && process.errors.text == "")
        return process.lines.all.first ?? ""
      }
      #expect(try first(["--config", file.path]).hasPrefix("type\ttime"))
      #expect(try first([], ["SER_LIVE_CONFIG": file.path]).hasPrefix("type\ttime"))
      #expect(try first(["--config", file.path], ["SER_LIVE_FORMAT": "jsonl"]).hasPrefix(#"{"type":"file""#))
      #expect(
        try first(["--config", file.path, "--format", "text"], ["SER_LIVE_FORMAT": "jsonl"]).hasPrefix(Program.angry))
    }
  }

  @Test("What is wrong is said with where it stands")
  func faults() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "my.yaml")
      for (yaml, words) in [
        ("evry: 1", "my.yaml: evry: "), ("every: 0", "my.yaml: every: --every takes"),
        ("every: [", "my.yaml: "), ("format: xml", "my.yaml: format: The value 'xml' is invalid"),
        ("events: frame", "my.yaml: events: --events with frame needs"),
      ] {
        try yaml.write(to: file, atomically: true, encoding: .utf8)
        let process = try run(["file", Program.angry, "--config", file.path])
        #expect(process.end(within: .zero) == .exited(65), "\(yaml)")
        let lines = process.errors.all
        #expect(lines.count == 1 && lines[0].contains(words) && process.lines.text == "", "\(lines)")
      }
      let missing = try run(["live", "--config", "/no/such.yaml"])
      #expect(missing.end(within: .zero) == .exited(66) && missing.errors.text.contains("/no/such.yaml"))
      let variable = try run(["file", Program.angry], ["SER_LIVE_EVERY": "often"])
      #expect(variable.end(within: .zero) == .exited(64))
      #expect(variable.errors.text == "ser-live: SER_LIVE_EVERY: The value 'often' is invalid for '--every <every>'\n")
      let stray = try run(["file", Program.angry], ["SER_LIVE_EVRY": "1"])
      #expect(stray.end(within: .zero) == .exited(0))
      #expect(stray.errors.text == "ser-live: unknown variable SER_LIVE_EVRY; did you mean 'SER_LIVE_EVERY'?\n")
    }
  }

  @Test("--print-config gives a file that gives the same")
  func printed() throws {
    try withTemporaryFolder { folder in
      let driver = Program.root.appending(path: "configs/driver.yaml").path
      let first = try run(["live", "--config", driver, "--device", "-", "--rate", "8000", "--print-config"])
      #expect(first.end(within: .zero) == .exited(0) && first.errors.text == "")
      #expect(first.lines.text.contains("device: \"-\"  # from the command line\n"))
      #expect(first.lines.text.contains("denoise: true  # from \(driver)\n"))
      let file = folder.appending(path: "copy.yaml")
      try first.lines.text.write(to: file, atomically: true, encoding: .utf8)
      let second = try run(["live", "--config", file.path, "--print-config"])
      func values(_ process: ChildProcess) -> [Substring] {
        process.lines.all.dropFirst().map { line in
          line.firstRange(of: "  # ").map { line[..<$0.lowerBound] } ?? line[...]
        }
      }
      #expect(second.end(within: .zero) == .exited(0) && values(second) == values(first))
    }
  }

  @Test("docs/configuration.md is what the program says")
  func reference() throws {
    let written = try String(contentsOf: Program.root.appending(path: "docs/configuration.md"), encoding: .utf8)
    let said = try run(["settings", "--format", "markdown"])
    #expect(said.lines.text == written, "run: ser-live settings --format markdown > docs/configuration.md")
    for setting in ["evry", "SER_LIVE_ON_ALERT", "hopMilliseconds", "labelSmoothing", "timeConstant"].dropFirst() {
      #expect(written.contains(setting), "\(setting)")
    }
  }

  @Test("Completions know the commands and their options", arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) throws {
    let process = try run(["--generate-completion-script", shell])
    #expect(process.end(within: .zero) == .exited(0))
    for word in ["live", "crossval", "on-alert"] { #expect(process.lines.text.contains(word), "\(word)") }
    guard let path = ["/bin/\(shell)", "/usr/bin/\(shell)"].first(where: FileManager.default.isExecutableFile) else {
      return
    }
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "script").path
      try process.lines.text.write(toFile: file, atomically: true, encoding: .utf8)
      let check = try ChildProcess(path, ["-n", file])
      #expect(check.end(within: .seconds(10)) == .exited(0), "\(check.errors.text)")
    }
  }
}
