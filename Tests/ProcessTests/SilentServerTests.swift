import Foundation
import TestSupport
import Testing

/// What a person sees who listens through a sound server that takes connections and gives nothing.
@Suite(
  "A sound server that does not answer", .timeLimit(.minutes(2)), .serialized,
  .enabled(if: VirtualMicrophone.isAvailable, "\(VirtualMicrophone.requirement)"))
struct SilentServerTests {
  @Test(
    "After 2 s it is said what is waited for, and a signal ends the program at once",
    arguments: [
      (["live", "--format", "jsonl"], SIGTERM), (["check"], SIGINT), (["calibrate", "--output", "/dev/null"], SIGTERM),
    ])
  func signalled(arguments: [String], signal: Int32) throws {
    try SilentSoundServer.exclusively { server in
      let begin = ContinuousClock.now
      let process = try Program.start(arguments, environment: server.environment)
      let line = try #require(process.errors.next(within: .seconds(6)))
      #expect(line.text.contains("waiting for the sound server at \(server.address)"), "\(line.text)")
      #expect(line.arrival - begin > .seconds(1.9))
      process.send(signal)
      #expect(process.end(within: .seconds(1)) == .exited(0), "\(process.errors.text)")
      #expect(process.lines.text == "")
      #expect(process.errors.all.count == 2, "\(process.errors.text)")
    }
  }

  @Test("A signal before anything was said ends it, too")
  func early() throws {
    try SilentSoundServer.exclusively { server in
      let process = try Program.start("live", environment: server.environment)
      usleep(700_000)
      process.send(SIGINT)
      #expect(process.end(within: .seconds(1)) == .exited(0))
      #expect(!process.errors.text.contains("waiting"))
    }
  }

  @Test("Nobody waits for ever: the sentence names the server and says where to look")
  func overdue() throws {
    try SilentSoundServer.exclusively { server in
      // Side by side, for each takes its 10 s.
      let processes = try ["live", "check"].map { try Program.start($0, environment: server.environment) }
      for process in processes {
        #expect(process.end(within: .seconds(16)) == .exited(69))
        #expect(process.errors.all.count == 2)
        let sentence = process.errors.all.last ?? ""
        for words in [server.address, "within 10 s", "plughw:", "docs/capture.md"] {
          #expect(sentence.contains(words), "\(sentence)")
        }
      }
    }
  }

  @Test("A server that hangs up is named, too")
  func hangsUp() throws {
    try SilentSoundServer.exclusively(.hangsUp) { server in
      let process = try Program.start("live", environment: server.environment)
      #expect(process.end(within: .seconds(5)) == .exited(69))
      #expect(process.errors.all.count == 1)
      for words in [server.address, "docs/capture.md"] { #expect(process.errors.text.contains(words)) }
    }
  }

  @Test("The list of devices comes all the same, and a search among them ends at a signal")
  func devices() throws {
    try SilentSoundServer.exclusively { server in
      let list = try Program.start("devices", environment: server.environment)
      let search = try Program.start("live", "--device", "gramophone", environment: server.environment)
      usleep(700_000)
      search.send(SIGTERM)
      #expect(search.end(within: .seconds(1)) == .exited(0))
      #expect(list.end(within: .seconds(10)) == .exited(0))
      #expect(
        list.lines.all.contains("default\tSilent microphone\tcannot be opened: its sound server does not answer"),
        "\(list.lines.text)")
    }
  }
}
