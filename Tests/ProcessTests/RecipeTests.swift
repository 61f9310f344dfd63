import Foundation
import TestSupport
import Testing

/// The commands of docs/recipes.md, as they stand there.
@Suite("Recipes", .serialized, .timeLimit(.minutes(2)))
struct RecipeTests {
  /// Each block of the document that has a name, by its name.
  private static let recipes: [String: String] = {
    let document = try! String(contentsOf: Program.root.appending(path: "docs/recipes.md"), encoding: .utf8)
    var recipes: [String: String] = [:]
    for match in document.matches(of: /<!-- recipe: ([a-z-]+) -->\n```sh\n((?s:.+?))```/) {
      recipes[String(match.1)] = String(match.2)
    }
    return recipes
  }()

  private static func has(_ tools: String...) -> Bool {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return tools.allSatisfy { tool in
      folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)") }
    }
  }

  /// Starts a recipe in a folder where it finds what it speaks of.
  private func start(
    _ name: String, in folder: URL, environment: [String: String] = [:], input: ChildProcess.Input = .file("/dev/null")
  ) throws -> ChildProcess {
    let recipe = try #require(Self.recipes[name], "docs/recipes.md has no recipe '\(name)'")
    for part in ["configs", "docs"] {
      let link = folder.appending(path: part).path
      if !FileManager.default.fileExists(atPath: link) {
        try FileManager.default.createSymbolicLink(
          atPath: link, withDestinationPath: Program.root.appending(path: part).path)
      }
    }
    let programs = URL(filePath: Program.path).deletingLastPathComponent().path
    let search = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let variables = ["PATH": "\(folder.path):\(programs):\(search)"].merging(environment) { $1 }
    return try ChildProcess(
      "/bin/bash", ["-c", "set -o pipefail; cd \"$0\" || exit; \(recipe)", folder.path], environment: variables,
      input: input)
  }

  /// In place of a microphone: raw sound on standard input, which these variables ask for.
  private static let raw = ["SER_LIVE_DEVICE": "-", "SER_LIVE_RATE": "16000"]

  private func sound(_ count: Int = 1) throws -> [UInt8] {
    let once = try Recording(path: Program.angry).resampled(to: 16_000).bytes(.s16le)
    return (0..<count).flatMap { _ in once }
  }

  /// Runs a recipe to its end with the recording as what the microphone hears.
  private func run(
    _ name: String, in folder: URL, environment: [String: String] = [:], times: Int = 1
  ) throws -> ChildProcess {
    let file = folder.appending(path: "sound.raw")
    try Data(sound(times)).write(to: file)
    let process = try start(
      name, in: folder, environment: Self.raw.merging(environment) { $1 }, input: .file(file.path))
    #expect(process.end(within: .seconds(30)) == .exited(0), "\(process.errors.text)")
    return process
  }

  @Test("All of them are tested")
  func complete() {
    #expect(
      Set(Self.recipes.keys)
        == ["jq", "tee", "mqtt", "mqtt-alert", "python", "ffmpeg", "parec", "pw-record", "folder"])
  }

  @Test("jq", .enabled(if: has("jq"), "needs jq"))
  func jq() throws {
    try withTemporaryFolder { folder in
      _ = try run("jq", in: folder)
      let table = try String(contentsOf: folder.appending(path: "labels.tsv"), encoding: .utf8)
      #expect(table.split(separator: "\n").contains { $0.contains("\tangry\t") })
      #expect(!table.contains("silence"))
    }
  }

  @Test("tee", .enabled(if: has("jq"), "needs jq"))
  func tee() throws {
    try withTemporaryFolder { folder in
      let process = try run("tee", in: folder)
      #expect(process.lines.all == ["angry"])
      let log = try String(contentsOf: folder.appending(path: "events.jsonl"), encoding: .utf8)
      #expect(try log.split(separator: "\n").map { try Event(String($0)).type }.contains("label"))
    }
  }

  @Test("A folder, through jq", .enabled(if: has("jq"), "needs jq"))
  func folder() throws {
    try withTemporaryFolder { folder in
      let recordings = folder.appending(path: "recordings")
      try FileManager.default.createDirectory(at: recordings, withIntermediateDirectories: true)
      for (name, path) in [("1", Program.angry), ("2", Program.sad)] {
        try FileManager.default.copyItem(atPath: path, toPath: recordings.appending(path: "\(name).flac").path)
      }
      _ = try run("folder", in: folder)
      let table = try String(contentsOf: folder.appending(path: "verdicts.tsv"), encoding: .utf8)
      let lines = table.split(separator: "\n")
      #expect(lines.count == 2 && lines[0].hasPrefix("recordings/1.flac\tangry\t"))
      #expect(lines.last?.hasPrefix("recordings/2.flac\tsad\t") == true)
    }
  }

  @Test("ffmpeg", .enabled(if: has("ffmpeg"), "needs ffmpeg"))
  func ffmpeg() throws {
    try withTemporaryFolder { folder in
      let process = try start("ffmpeg", in: folder, environment: ["URL": "file:\(Program.angry)"])
      #expect(process.end(within: .seconds(30)) == .exited(0), "\(process.errors.text)")
      let events = try process.lines.all.map { try Event($0) }
      #expect(events.first { $0.type == "utterance" }?.label == "angry")
    }
  }

  @Test("The reader in Python starts the program again where it fails", .enabled(if: has("python3"), "needs python3"))
  func python() throws {
    try withTemporaryFolder { folder in
      // Fails the first time, and is the program itself from then on.
      let flaky = folder.appending(path: "ser-live")
      try """
      #!/bin/sh
      if [ ! -e failed ]; then touch failed; exit 69; fi
      exec '\(Program.path)' "$@"

      """.write(to: flaky, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: flaky.path)
      let process = try run("python", in: folder)
      #expect(process.lines.all.count == 1 && process.lines.all[0].hasSuffix(" s: angry"), "\(process.lines.text)")
      #expect(process.errors.text.contains("ser-live ended with 69; again in 1 s"))
    }
  }

  /// Runs `body` with a broker of its own and the port that it listens at.
  private func withBroker(_ body: (ChildProcess, String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let port = String(Int.random(in: 20_000..<30_000))
      let configuration = folder.appending(path: "mosquitto.conf")
      try "listener \(port) 127.0.0.1\nallow_anonymous true\n"
        .write(to: configuration, atomically: true, encoding: .utf8)
      // Debian has the broker where only root looks for programs.
      let broker = try ChildProcess(
        "/bin/sh", ["-c", "PATH=$PATH:/usr/sbin:/sbin; exec mosquitto -v -c \"$0\"", configuration.path])
      try #require(broker.errors.next(within: .seconds(10)) { $0.contains("running") } != nil, "\(broker.errors.text)")
      try body(broker, port)
      broker.send(SIGTERM)
      #expect(broker.end(within: .seconds(10)) == .exited(0))
    }
  }

  private static var hasMosquitto: Bool {
    has("mosquitto_pub", "mosquitto_sub") && (has("mosquitto") || access("/usr/sbin/mosquitto", X_OK) == 0)
  }

  @Test("Messages reach a broker", .enabled(if: hasMosquitto, "needs mosquitto and mosquitto-clients"))
  func messages() throws {
    try withBroker { broker, port in
      try withTemporaryFolder { folder in
        let listener = try ChildProcess(
          "/usr/bin/env", ["mosquitto_sub", "-q", "1", "-h", "127.0.0.1", "-p", port, "-t", "car/#", "-v"])
        try #require(broker.errors.next(within: .seconds(10)) { $0.contains("Sending SUBACK") } != nil)
        let variables = ["MQTT_HOST": "127.0.0.1", "MQTT_PORT": port]
        // Eight times a second of anger and more.
        _ = try run("mqtt", in: folder, environment: variables, times: 8)
        let topic = "car/driver/emotion "
        for type in ["utterance", "alert"] {
          let line = try #require(
            listener.lines.next(within: .seconds(10)) { $0.hasPrefix(topic) && $0.contains("\"type\":\"\(type)\"") })
          #expect(try Event(String(line.text.dropFirst(topic.count))).label == "stressed")
        }
        _ = try run("mqtt-alert", in: folder, environment: variables, times: 8)
        let alert = "car/driver/alert "
        let line = try #require(listener.lines.next(within: .seconds(10)) { $0.hasPrefix(alert) })
        let event = try Event(String(line.text.dropFirst(alert.count)))
        #expect(event.type == "alert" && event.label == "stressed")
        #expect(try #require(event["held"] as Double?) >= 5)
      }
    }
  }

  @Test(
    "Recorders of sound servers",
    .enabled(if: VirtualMicrophone.isAvailable && has("pw-record"), "\(VirtualMicrophone.requirement)"),
    arguments: [("parec", VirtualMicrophone.Server.pulseAudio), ("pw-record", .pipeWire)])
  func recorder(name: String, server: VirtualMicrophone.Server) throws {
    try withTemporaryFolder { folder in
      let wav = folder.appending(path: "recording.wav")
      try Recording(path: Program.angry).writeWAV(wav)
      try VirtualMicrophone.exclusively(server: server) { microphone in
        var variables = microphone.environment
        let run = try #require(variables["PULSE_SERVER"]).dropFirst("unix:".count).dropLast("/native".count)
        variables["XDG_RUNTIME_DIR"] = String(run)
        variables["PIPEWIRE_RUNTIME_DIR"] = String(run)
        let process = try start(name, in: folder, environment: variables)
        // The recorder needs a moment to connect; what is played before it does is not heard.
        sleep(2)
        try microphone.play(file: wav).waitUntilExit()
        let line = try #require(
          process.lines.next(within: .seconds(10)) { $0.contains(#""type":"utterance""#) }, "\(process.errors.text)")
        #expect(try Event(line.text).label == "angry")
      }
    }
  }
}
