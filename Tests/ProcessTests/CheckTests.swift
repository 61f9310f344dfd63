import Foundation
import TestSupport
import Testing

@Suite("ser-live check", .timeLimit(.minutes(2)))
struct CheckTests {
  /// Checks raw samples at 16 kHz, given at their own pace times `speed`.
  private func check(_ samples: [UInt8], speed: Double = 1, _ arguments: String...) throws -> Program.Outcome {
    let process = try Program.start(
      ["check", "--device", "-", "--rate", "16000"] + arguments, input: .pipe)
    let begin = ContinuousClock.now
    for start in stride(from: 0, to: samples.count, by: 320) {
      guard process.write(samples[start..<min(start + 320, samples.count)]) else { break }
      let due = begin + .seconds(Double(start / 2) / 16_000 / speed)
      usleep(UInt32(max(0, (due - ContinuousClock.now) / .microseconds(1))))
    }
    process.closeInput()
    let ending = process.end(within: .seconds(10))
    return Program.Outcome(ending: ending, output: process.lines.text, errors: process.errors.text)
  }

  private func speech() throws -> [UInt8] {
    try Recording(path: Program.angry).resampled(to: 16_000).bytes(.s16le)
  }

  @Test(
    "Somebody speaks into a microphone",
    .enabled(if: VirtualMicrophone.isAvailable, "\(VirtualMicrophone.requirement)"))
  func microphone() throws {
    try VirtualMicrophone.withRecording { microphone, wav in
      /// Checks while somebody speaks.
      func check() throws -> (ChildProcess.Ending, Event) {
        let process = try Program.start(
          "check", "--device", "pulse", "--seconds", "4", "--format", "jsonl", environment: microphone.environment)
        try #require(process.errors.next(within: .seconds(5)) { $0.contains("please speak") } != nil)
        try microphone.play(file: wav).waitUntilExit()
        let ending = process.end(within: .seconds(8))
        #expect(process.lines.all.count == 1)
        return (ending, try Event(try #require(process.lines.all.first)))
      }
      var (ending, report) = try check()
      // A sound server that a swamped machine holds up for seconds loses samples, and that is what is reported then.
      for _ in 0..<2 where report["verdict"] == "unusable" { (ending, report) = try check() }
      #expect(ending == .exited(0))
      #expect(report.type == "check")
      #expect(report["verdict"] == "good", "\(report.line)")
      #expect(try #require(report["speech"] as Double?) > 0.8)
      #expect((-40..<(-10)).contains(try #require(report["level_db"] as Double?)))
      // Both cores may be busy with other tests.
      #expect(abs(try #require(report["delivered_rate"] as Double?) / 48_000 - 1) < 0.01)
      #expect(report["lost"] == 0 && report["clipped"] == 0)
    }
  }

  @Test("Somebody speaks into a pipe")
  func pipe() throws {
    let outcome = try check(try speech(), "--seconds", "2.5")
    #expect(outcome.ending == .exited(0) && outcome.errors == "")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.first == "device       standard input")
    #expect(lines.contains { $0.hasPrefix("rate ") && $0.contains("16000 Hz nominal") })
    #expect(!lines.contains { $0.hasPrefix("lost") })
    #expect(lines.last == "verdict      good", "\(outcome.output)")
  }

  @Test("A rate that is not the one that was said")
  func wrongRate() throws {
    let sound = try speech()
    let outcome = try check(sound + sound + sound, speed: 3, "--seconds", "2")
    #expect(outcome.ending == .exited(69))
    #expect(outcome.output.contains("give the true rate"), "\(outcome.output)")
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test("Nothing, the same sample for ever, and a signal beyond full scale cannot be used; silence can")
  func faults() throws {
    for (samples, words) in [
      ([], "Nothing came"), ([UInt8](repeating: 0, count: 64_000), "All samples are the same"),
      ((0..<32_000).flatMap { $0 % 40 < 20 ? [0xFF, 0x7F] : [0x00, 0x80] }, "at full scale"),
    ] as [([UInt8], String)] {
      let outcome = try Program.run(
        "check", "--device", "-", "--rate", "16000", "--seconds", "2", input: samples)
      #expect(outcome.ending == .exited(69) && outcome.output.contains(words), "\(outcome.output)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
    let hiss = (0..<32_000).flatMap { _ in [UInt8.random(in: 0...20), 0] }
    let outcome = try Program.run("check", "--device", "-", "--rate", "16000", "--seconds", "2", input: hiss)
    #expect(outcome.ending == .exited(0) && outcome.errors == "" && outcome.output.contains("No speech was detected"))
    #expect(outcome.output.contains("verdict      usable") && outcome.output.contains("not measured"))
  }

  @Test("A pipe from which nothing comes is not waited for in vain, and Ctrl-C ends it at once")
  func waiting() throws {
    let silent = try Program.start("check", "--device", "-", "--rate", "16000", "--seconds", "1", input: .pipe)
    #expect(silent.end(within: .seconds(8)) == .exited(69))
    #expect(silent.lines.text.contains("Nothing came"))
    let stopped = try Program.start("check", "--device", "-", "--rate", "16000", "--seconds", "600", input: .pipe)
    stopped.write([UInt8](repeating: 1, count: 3200))
    usleep(500_000)
    stopped.send(SIGINT)
    #expect(stopped.end(within: .seconds(2)) == .exited(0))
    #expect(stopped.lines.text == "" && stopped.errors.all.count == 1)
  }

  @Test("Impossible options")
  func usage() throws {
    for seconds in ["0", "nan", "1e9"] {
      let outcome = try Program.run("check", "--device", "-", "--rate", "16000", "--seconds", seconds, input: [])
      #expect(outcome.ending == .exited(64) && outcome.errors.contains("--seconds"))
    }
    #expect(try Program.run("check", "--device", "no such device").ending == .exited(69))
  }
}
