import Foundation
import Testing

/// Bounds that hold on a busy machine; what is reached on an idle one is in docs/architecture.md.
@Suite("Budgets of the program", .timeLimit(.minutes(1)))
struct BudgetTests {
  @Test("It hears soon after its start and needs little memory")
  func startAndMemory() throws {
    let angry = try Recording(path: Program.angry).resampled(to: 16_000).bytes(.s16le)
    var fastest = Duration.seconds(100)
    // The best of five: whatever else runs can only add.
    for _ in 0..<5 {
      let begin = ContinuousClock.now
      let process = try Program.start(
        "live", "--device", "-", "--rate", "16000", "--format", "jsonl", "--every", "0.05", input: .pipe)
      process.write(angry.prefix(6400))
      let first = try #require(process.lines.next(within: .seconds(10)))
      fastest = min(fastest, first.arrival - begin)
      // 10 s of speech and pauses.
      for _ in 0..<3 { process.write(angry) }
      let heard = process.lines.next(within: .seconds(10)) { line in
        (try? Event(line)["time"] as Double?).flatMap { $0 }.map { $0 > 10 } ?? false
      }
      #expect(heard != nil)
      let memory = try #require(process.peakMemory)
      #expect(memory < 60_000_000, "\(memory / 1_000_000) MB")
      process.closeInput()
      #expect(process.end(within: .seconds(5)) == .exited(0))
    }
    #expect(fastest < .milliseconds(300), "\(fastest)")
  }
}
