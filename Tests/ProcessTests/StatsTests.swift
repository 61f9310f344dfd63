import Foundation
import TestSupport
import Testing

@Suite("ser-live live --stats", .timeLimit(.minutes(1)))
struct StatsTests {
  @Test(
    "At the end and every so often: what was lost, and how late results were",
    .enabled(if: VirtualMicrophone.isAvailable, "\(VirtualMicrophone.requirement)"))
  func microphone() throws {
    try VirtualMicrophone.withRecording { microphone, wav in
      let process = try Program.start(
        "live", "--device", "pulse", "--format", "jsonl", "--every", "0.2", "--stats-every", "1",
        environment: microphone.environment)
      try #require(process.lines.next(within: .seconds(10)) { $0.contains(#""type":"frame""#) } != nil)
      try microphone.play(file: wav).waitUntilExit()
      try #require(process.lines.next(within: .seconds(5)) { $0.contains(#""type":"utterance""#) } != nil)
      process.send(SIGINT)
      #expect(process.end(within: .seconds(2)) == .exited(0))
      let lines = process.errors.all.filter {
        $0.hasPrefix("ser-live: after ") || $0.hasPrefix("ser-live: capture to ")
      }
      #expect(lines.count >= 9 && lines.count % 3 == 0)
      for first in stride(from: 0, to: lines.count, by: 3) {
        #expect(
          lines[first].wholeMatch(
            of:
              /ser-live: after [0-9.]+ s: \d+ xruns, \d+ samples lost, \d+ dropped, \d+ disconnections, ring at most \d+ ms of 4000 ms full/
          ) != nil, "\(lines[first])")
      }
      let pattern =
        /ser-live: capture to (frame|label): +p50 ([0-9.]+) ms  p99 [0-9.]+ ms  p99.9 [0-9.]+ ms  max ([0-9.]+) ms  of (\d+)/
      for (line, atLeast) in zip(lines.suffix(2), [50, 2]) {
        let match = try #require(try pattern.wholeMatch(in: line), "\(line)")
        let (median, most) = try (#require(Double(match.2)), #require(Double(match.3)))
        // Periods of the device and blocks of the server; both cores may be busy with other tests.
        #expect(median > 0 && median < 100 && most >= median && most < 1500, "\(line)")
        #expect(try #require(Int(match.4)) >= atLeast)
      }
    }
  }

  @Test("Raw input knows nothing of it")
  func raw() throws {
    let outcome = try Program.run(
      "live", "--device", "-", "--rate", "16000", "--stats", input: [UInt8](repeating: 0, count: 32_000))
    #expect(outcome.ending == .exited(0) && outcome.output == "")
    #expect(outcome.errors.hasPrefix("ser-live: after 1.0 s: raw input"))
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test("Nothing is said of it unasked")
  func unasked() throws {
    let outcome = try Program.run(
      "live", "--device", "-", "--rate", "16000", input: [UInt8](repeating: 0, count: 32_000))
    #expect(outcome.ending == .exited(0) && outcome.errors == "")
    let nonsense = try Program.run("live", "--device", "-", "--rate", "16000", "--stats-every", "0", input: [])
    #expect(nonsense.ending == .exited(64) && nonsense.errors.contains("--stats-every"))
  }
}
