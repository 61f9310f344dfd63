import Foundation
import TestSupport
import Testing

/// What a hop costs, by counts and ratios that hold on a busy machine, too. That nothing allocates is a test of
/// `Streaming`.
@Suite("Cost of a hop", .timeLimit(.minutes(2)))
struct PipelineCostTests {
  /// Networks as large as those of the shipped model's first version, whatever that has now: the figures below are theirs.
  private static let configuration = """
    recognizer:
      networks:
        - name: lstm
          target: emotion
          adaptive: true
          layers: [{layer: residual, body: [{layer: lstm, units: 60}]}, {layer: lstm, units: 96}, {layer: attention_pooling}, {layer: dense}]
        - name: cnn
          target: emotion
          adaptive: true
          layers:
            - {layer: dense, units: 64}
            - {layer: residual, body: [{layer: conv, units: 64, kernel: 3}, {layer: relu}, {layer: conv, units: 64, kernel: 3}, {layer: relu}]}
            - {layer: residual, body: [{layer: conv, units: 64, kernel: 3, dilation: 4}, {layer: relu}, {layer: conv, units: 64, kernel: 3, dilation: 4}, {layer: relu}]}
            - {layer: attention_pooling, window: 75}
            - {layer: dense}
    """

  @Test("64 streams cost about 64 times as much as one")
  func streams() throws {
    try withConfiguration(Self.configuration) { path in
      let outcome = try Program.run(
        "bench", "--config", path, "--streams", "1,64", "--no-largest", "--rounds", "5", "--seconds", "1", "--format",
        "jsonl", within: .seconds(60))
      #expect(outcome.ending == .exited(0), "\(outcome.errors)")
      let costs = try outcome.events().map { try #require($0["least_us"] as Double?) }
      try #require(costs.count == 2)
      // Per hop and stream: 1.0 to 2.2 were seen, as caches hold what so many streams keep or not.
      #expect(0.4...6 ~= costs[1] / costs[0], "\(costs)")
    }
  }

  private static let valgrind = "/usr/bin/valgrind"
  private static let strip = "/usr/bin/strip"

  @Test(
    "Instructions of a hop",
    .enabled(
      if: access(valgrind, X_OK) == 0 && access(strip, X_OK) == 0,
      "there is no valgrind or no strip, so nothing is counted"))
  func instructions() throws {
    try withConfiguration(Self.configuration) { path in
      // Valgrind gives up on some debug information; what the program loads, it finds from anywhere.
      let program = path + ".program"
      #expect(try ChildProcess(Self.strip, ["-o", program, Program.path]).end(within: .seconds(30)) == .exited(0))
      var counts: [Double] = []
      var hops = 0
      for rounds in [1, 3] {
        let process = try ChildProcess(
          Self.valgrind,
          [
            "--tool=callgrind", "--callgrind-out-file=/dev/null", program, "bench", "--stages", "--stage",
            "whole pipeline", "--config", path, "--input", Program.angry, "--format", "jsonl", "--rounds", "\(rounds)",
          ])
        #expect(process.end(within: .seconds(60)) == .exited(0))
        let count = try #require(process.errors.text.firstMatch(of: /Collected : (\d+)/)?.output.1)
        counts.append(try #require(Double(count)))
        let sound = try Event(try #require(process.lines.all.first))
        hops = try #require(sound["hops"] as Int?)
      }
      let perHop = (counts[1] - counts[0]) / 2 / Double(hops)
      // The recorded figure is of a machine with AVX2; without it there are up to twice as many.
      let hasAVX2 = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8).contains(" avx2 ")
      #expect(Self.recorded * 0.75...Self.recorded * (hasAVX2 ? 1.3 : 2.5) ~= perHop, "\(perHop)")
    }
  }

  /// Instructions of a hop of `Recordings/angry.flac`, somewhat less than half of it speech.
  private static let recorded = 121_000.0
}
