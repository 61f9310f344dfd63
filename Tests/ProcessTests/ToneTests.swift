import Foundation
import Testing

/// What rings and beeps is silence, from the file to the label.
@Suite("Tones", .timeLimit(.minutes(1)))
struct ToneTests {
  private static let rate = 16_000

  /// Sines at once, with silence before and behind: frequencies in Hz, how long in seconds.
  private static func call(_ frequencies: [Double], rings: Int, seconds: Double, pause: Double) -> Recording {
    let ring = (0..<Int(seconds * Double(rate))).map { index -> Float in
      let time = Double(index) / Double(rate)
      let sum: Double = frequencies.reduce(0) { $0 + sin(2 * .pi * $1 * time) }
      return Float(0.1 * sum)
    }
    let rest = [Float](repeating: 0, count: Int(pause * Double(rate)))
    return Recording(samples: rest + (0..<rings).flatMap { _ in ring + rest }, rate: rate)
  }

  @Test("A ring tone, a dial tone and a beep are no utterance of `file`")
  func silence() throws {
    try withTemporaryFolder { folder in
      let calls = [
        ("ring", Self.call([440, 480], rings: 2, seconds: 1.2, pause: 0.8)),
        ("dial", Self.call([350, 440], rings: 1, seconds: 2, pause: 0.5)),
        ("beep", Self.call([1000], rings: 3, seconds: 0.2, pause: 0.9)),
        ("low", Self.call([300], rings: 1, seconds: 0.2, pause: 1)),
      ]
      let paths = calls.map { name, recording in
        let url = folder.appending(path: "\(name).wav")
        recording.writeWAV(url)
        return url.path
      }
      let outcome = try Program.run(["file"] + paths + ["--format", "jsonl"])
      #expect(outcome.ending == .exited(0))
      let events = try outcome.events()
      #expect(events.allSatisfy { $0.type != "utterance" && $0.label == "silence" }, "\(outcome.output)")
      #expect(events.count { $0.type == "file" } == calls.count)
    }
  }
}
