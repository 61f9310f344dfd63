import Foundation
import TestSupport
import Testing

@Suite("Long runs and slow readers")
struct LongRunTests {
  /// A minute of 16 kHz audio: both recordings, then silence.
  private func minute() throws -> [UInt8] {
    var bytes: [UInt8] = []
    for path in [Program.angry, Program.sad] {
      bytes += try Recording(path: path).resampled(to: 16_000).bytes(.s16le)
    }
    return bytes + [UInt8](repeating: 0, count: 2 * 16_000 * 60 - bytes.count)
  }

  @Test("A day of audio leaves memory flat and the sample clock exact", .timeLimit(.minutes(15)))
  func day() throws {
    let minute = try minute()
    let process = try Program.start(
      "live", "--device", "-", "--rate", "16000", "--format", "jsonl", "--every", "60", input: .pipe)
    for _ in 0..<60 { #expect(process.write(minute)) }
    #expect(process.lines.next(within: .seconds(60)) { $0.contains(#""time":3540"#) } != nil)
    let afterAnHour = try #require(process.peakMemory)
    for _ in 60..<1440 { #expect(process.write(minute)) }
    #expect(process.lines.next(within: .seconds(60)) { $0.contains(#""time":86340"#) } != nil)
    let afterADay = try #require(process.peakMemory)
    process.closeInput()
    #expect(process.end(within: .seconds(20)) == .exited(0))
    #expect(afterADay - afterAnHour < 1_000_000, "\(afterAnHour) bytes after an hour, \(afterADay) after a day")

    // Parsing refuses what is no number.
    let events = try process.lines.all.map(Event.init)
    let frames = events.filter { $0.type == "frame" }
    #expect(frames.compactMap { $0["time"] as Double? } == (1...1440).map { 60 * Double($0) })
    // Every minute is the same from the second on, when the noise floor has settled; 60 s are a whole number of rows.
    let starts = events.filter { $0.type == "utterance" }.compactMap { $0["start"] as Double? }
    let second = starts.filter { 60..<120 ~= $0 }.map { $0 - 60 }
    #expect(!second.isEmpty)
    for index in 1..<1440 {
      let from = 60 * Double(index)
      let found = starts.filter { from..<from + 60 ~= $0 }.map { $0 - from }
      #expect(found.count == second.count && zip(found, second).allSatisfy { abs($0 - $1) < 1e-6 }, "minute \(index)")
    }
  }

  @Test("A reader that stalls holds nothing up and loses frames only", .timeLimit(.minutes(2)))
  func stalledReader() throws {
    let minute = try minute()
    let arguments = ["live", "--device", "-", "--rate", "16000", "--format", "jsonl"]
    func said(_ events: [Event]) -> [String] {
      events.filter { $0.type == "label" || $0.type == "utterance" }.map(\.line)
    }
    let prompt = try Program.start(arguments, input: .pipe)
    let stalled = try Program.start(arguments + ["--every", "0.04"], input: .pipe, output: .unread)
    for _ in 0..<10 {
      #expect(prompt.write(minute))
      // Returns only because the program goes on listening, though nobody reads what it says.
      #expect(stalled.write(minute))
    }
    prompt.closeInput()
    stalled.closeInput()
    stalled.lines.start()
    #expect(prompt.end(within: .seconds(30)) == .exited(0))
    #expect(stalled.end(within: .seconds(30)) == .exited(0))

    let expected = try said(prompt.lines.all.map(Event.init))
    let events = try stalled.lines.all.map(Event.init)
    #expect(!expected.isEmpty)
    #expect(said(events) == expected)
    let frames = events.count { $0.type == "frame" }
    let warnings = events.filter { $0.type == "warning" && $0["code"] == "frames_left_out" }
    let leftOut = warnings.compactMap { ($0["message"] as String?)?.split(separator: " ").first.flatMap { Int($0) } }
    #expect(!leftOut.isEmpty)
    // 600 s make 14 999 rows, and each is a frame that was written or counted as left out.
    #expect(frames + leftOut.reduce(0, +) == 14_999)
  }
}
