import Foundation
import TestSupport
import Testing

/// What the whole program does when sound servers, sound cards and machines fail.
@Suite("ser-live live at devices that fail", .timeLimit(.minutes(3)), .serialized)
struct CaptureProcessTests {
  /// Starts the program and waits until it hears something.
  private func listen(_ device: String, _ environment: [String: String]) throws -> ChildProcess {
    let process = try Program.start(
      "live", "--device", device, "--format", "jsonl", "--every", "0.2", environment: environment)
    try #require(
      process.lines.next(within: .seconds(10), where: isFrame) != nil, "nothing was heard: \(process.errors.text)")
    return process
  }

  private func isFrame(_ line: String) -> Bool { line.contains(#""type":"frame""#) }

  private func isWarning(_ code: String) -> (String) -> Bool {
    { $0.contains(#""type":"warning""#) && $0.contains(#""code":"\#(code)""#) }
  }

  /// Seconds that all threads of a process have computed so far, also those that have ended.
  private func computed(_ process: ChildProcess) throws -> Double {
    let text = try String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)
    // The name, in brackets, may hold anything; user and system time are the 14th and 15th field.
    let fields = try #require(text.split(separator: ")").last).split(separator: " ")
    return try Double(#require(Int(fields[11])) + #require(Int(fields[12]))) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  @Test(
    "While a sound server is away the program rests, and it hears again when the server is back",
    .enabled(if: VirtualMicrophone.isAvailable, "\(VirtualMicrophone.requirement)"),
    arguments: VirtualMicrophone.Server.allCases)
  func serverDies(server: VirtualMicrophone.Server) throws {
    try withTemporaryFolder { folder in
      let wav = folder.appending(path: "recording.wav")
      try Recording(path: Program.angry).writeWAV(wav)
      try VirtualMicrophone.exclusively(server: server) { microphone in
        let process = try listen(VirtualMicrophone.device, microphone.environment)
        try microphone.killServer()
        try #require(process.lines.next(within: .seconds(8), where: isWarning("disconnected")) != nil)
        let before = try computed(process)
        usleep(4_000_000)
        let share = try (computed(process) - before) / 4
        #expect(share < 0.02, "\(share * 100) % of a core")

        try microphone.restartServer()
        try #require(process.lines.next(within: .seconds(10), where: isWarning("reconnected")) != nil)
        let player = try microphone.play(file: wav)
        let utterance = process.lines.next(within: .seconds(8)) { $0.contains(#""type":"utterance""#) }
        #expect(try Event(#require(utterance).text).label == "angry")
        player.waitUntilExit()
        process.send(SIGTERM)
        #expect(process.end(within: .seconds(1)) == .exited(0))
      }
    }
  }

  @Test(
    "A sound server that hangs is reported, the stream goes on meanwhile, and the program hears again when it goes on",
    .enabled(if: VirtualMicrophone.isAvailable, "\(VirtualMicrophone.requirement)"))
  func serverHangs() throws {
    try VirtualMicrophone.exclusively { microphone in
      let process = try listen(VirtualMicrophone.device, microphone.environment)
      try microphone.freezeServer()
      let warning = try #require(process.lines.next(within: .seconds(9), where: isWarning("disconnected")))
      #expect(warning.text.contains("sound server"))
      // Frames behind those that silence made up for at once.
      usleep(500_000)
      let count = process.lines.all.count
      usleep(1_000_000)
      #expect(process.lines.all.count - count >= 3)
      try microphone.thawServer()
      try #require(process.lines.next(within: .seconds(6), where: isWarning("reconnected")) != nil)
      try microphone.freezeServer()
      process.send(SIGTERM)
      #expect(process.end(within: .seconds(1)) == .exited(0))
    }
  }

  @Test("A program that is stopped for longer than all buffers hold says what it missed, and keeps its clock")
  func stopped() throws {
    try CountingSoundCard.exclusively { card in
      let process = try listen(CountingSoundCard.device, card.environment)
      let before = try #require(process.lines.next(within: .seconds(2), where: isFrame))
      process.send(SIGSTOP)
      usleep(6_000_000)
      process.send(SIGCONT)
      let warning = try #require(process.lines.next(within: .seconds(2), where: isWarning("xrun")))
      let text = try #require(Event(warning.text)["message"] as String?)
      let missing = try #require(text.firstMatch(of: /(\d+) samples/).flatMap { Int($0.1) })
      // What lay in the card's buffer of 200 ms is missing, too.
      #expect((5.9...6.8).contains(Double(missing) / 16_000), "\(text)")
      let last = try #require(
        process.lines.next(within: .seconds(3)) { line in
          guard let event = try? Event(line), event.type == "frame", let time = event["time"] as Double? else {
            return false
          }
          return time > 7.5
        })
      let times = try [before, last].map { try #require(Event($0.text)["time"] as Double?) }
      let wall = (last.arrival - before.arrival) / .seconds(1)
      #expect(abs(times[1] - times[0] - wall) < 0.5, "\(times), \(wall) s later")
      process.send(SIGTERM)
      #expect(process.end(within: .seconds(1)) == .exited(0))
      #expect(process.lines.all.count { $0.contains(#""type":"warning""#) } == 1)
    }
  }

  @Test("At a microphone the program needs little memory, locked where that is permitted and said where it is not")
  func memory() throws {
    try CountingSoundCard.exclusively { card in
      let process = try listen(CountingSoundCard.device, card.environment)
      usleep(500_000)
      let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
      let locked = status.firstMatch(of: /VmLck:\s*(\d+) kB/).flatMap { Int($0.1) } ?? 0
      let note = "memory cannot be locked"
      #expect(process.errors.text.contains(note) ? locked < 8192 : locked > 8192)
      if geteuid() == 0 { #expect(!process.errors.text.contains(note)) }
      let memory = try #require(process.peakMemory)
      #expect(memory < 60_000_000, "\(memory / 1_000_000) MB")
    }
  }

  @Test(
    "Without the rights for real time each one that lacks is said in one line",
    .enabled(
      if: geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv"), "needs root and setpriv"))
  func withoutRights() throws {
    try CountingSoundCard.exclusively { card in
      let process = try ChildProcess(
        "/usr/bin/setpriv",
        [
          "--bounding-set=-sys_nice,-ipc_lock,-sys_resource", Program.path, "live", "--device",
          CountingSoundCard.device,
          "--format", "jsonl", "--every", "0.2",
        ], environment: card.environment)
      try #require(process.lines.next(within: .seconds(10), where: isFrame) != nil, "\(process.errors.text)")
      #expect(process.errors.all.count { $0.contains("real-time priority") } == 1)
      #expect(process.errors.all.count { $0.contains("memory cannot be locked") } == 1)
      process.send(SIGTERM)
      #expect(process.end(within: .seconds(1)) == .exited(0))
    }
  }
}
