import Foundation
import Testing

@testable import Streaming

@Suite struct FrontEndTests {
  static let configurations: [FrontEndConfiguration] = [FrontEndConfiguration(), .all, .short, .gaps, .options]

  private func signal(_ count: Int) -> [Float] {
    zip(Signals.harmonics(1...12, seconds: 2) { 110 + 60 * $0 }, Signals.noise(2 * Signals.rate, amplitude: 0.05))
      .map(+).prefix(count).map { $0 }
  }

  /// Chunks of 1, hop - 1, hop, hop + 1, a prime, random lengths with empty ones among them.
  @Test(arguments: configurations) func rowsDoNotDependOnChunks(configuration: FrontEndConfiguration) throws {
    let samples = signal(20_011)
    var frontEnd = try FrontEnd(configuration)
    let whole = frontEnd.rows(of: samples).map(\.bits)
    #expect(whole.count == (samples.count - frontEnd.window) / frontEnd.hop + 1)
    let hop = frontEnd.hop
    let random = Signals.noise(97, seed: 7).map { 1 + Int(abs($0) * 3000) }
    for lengths in [[1], [hop - 1], [hop], [hop + 1], [997], random] {
      frontEnd.reset()
      #expect(frontEnd.rows(of: samples, chunks: lengths).map(\.bits) == whole, "chunks of \(lengths.prefix(3))")
      #expect(frontEnd.rowsEmitted == whole.count)
    }
  }

  /// Whatever lies outside of the samples that a row covers leaves it as it is, bit for bit.
  @Test(arguments: configurations) func rowCoversItsSamplesOnly(configuration: FrontEndConfiguration) throws {
    let samples = signal(20_011)
    var frontEnd = try FrontEnd(configuration)
    let rowsBefore = configuration.deltas.isEmpty ? 0 : configuration.deltaWindow - 1
    let samplesBefore = configuration.preEmphasis > 0 ? 1 : 0
    for (index, row) in frontEnd.rows(of: samples).enumerated() {
      var others = Signals.noise(samples.count, seed: 8)
      let start = max(0, max(0, index - rowsBefore) * frontEnd.hop - samplesBefore)
      let covered = start..<index * frontEnd.hop + frontEnd.window
      others.replaceSubrange(covered, with: samples[covered])
      frontEnd.reset()
      #expect(frontEnd.rows(of: others)[index].bits == row.bits)
    }
  }

  @Test(arguments: configurations) func rowComesWithItsLastSample(configuration: FrontEndConfiguration) throws {
    var frontEnd = try FrontEnd(configuration)
    let samples = signal(frontEnd.window + frontEnd.hop)
    var emittedAt: [Int] = []
    for index in samples.indices {
      let sample = samples[index...index]
      frontEnd.push(sample.span) { _, _ in emittedAt.append(index + 1) }
    }
    #expect(emittedAt == [frontEnd.latency, frontEnd.latency + frontEnd.hop])
  }

  @Test func nothingPushedNothingComes() throws {
    var frontEnd = try FrontEnd(FrontEndConfiguration())
    #expect(frontEnd.rows(of: []).isEmpty)
    #expect(frontEnd.rows(of: [1]).isEmpty)
    #expect(frontEnd.rows(of: signal(frontEnd.window - 2)).isEmpty)
    #expect(frontEnd.rowsEmitted == 0)
  }

  @Test func resetForgets() throws {
    var frontEnd = try FrontEnd(.all)
    let samples = signal(3000)
    let fresh = frontEnd.rows(of: samples).map(\.bits)
    #expect(frontEnd.rowsEmitted == fresh.count)
    frontEnd.reset()
    #expect(frontEnd.rowsEmitted == 0)
    #expect(frontEnd.rows(of: samples).map(\.bits) == fresh)
  }

  /// What a broken driver or file may hold gives finite rows: those of the same samples with 0 in its place.
  @Test(arguments: [Float.nan, .infinity, -.infinity, 1e38, -1e5, .leastNonzeroMagnitude, 1e-20])
  func hostileSamplesCountAsZero(value: Float) throws {
    for configuration in Self.configurations {
      var samples = signal(8000)
      for index in stride(from: 3, to: samples.count, by: 101) { samples[index] = value }
      var hostile = try FrontEnd(configuration)
      let rows = hostile.rows(of: samples)
      #expect(rows.allSatisfy { $0.values.allSatisfy(\.isFinite) })
      var clean = try FrontEnd(configuration)
      let zeroed = samples.enumerated().map { $0.offset % 101 == 3 ? 0 : $0.element }
      #expect(rows.map(\.bits) == clean.rows(of: zeroed).map(\.bits))
    }
  }

  @Test func extremeSignalsGiveFiniteRows() throws {
    let constant = { (value: Float) in [Float](repeating: value, count: 4000) }
    let alternating = (0..<4000).map { Float($0 % 2 == 0 ? 1 : -1) }
    for samples in [constant(0), constant(1), constant(-1), constant(9999), constant(2e-10), alternating] {
      for configuration in Self.configurations {
        var frontEnd = try FrontEnd(configuration)
        let rows = frontEnd.rows(of: samples)
        #expect(!rows.isEmpty && rows.allSatisfy { $0.values.allSatisfy(\.isFinite) })
      }
    }
  }

  @Test func silence() throws {
    var frontEnd = try FrontEnd(.all)
    let flatness = try #require(FeatureLayout(.all).columns(of: .flatness))
    for row in frontEnd.rows(of: [Float](repeating: 0, count: 4000)) {
      #expect(row.voiceActivity.level == -120)
      #expect(row.voiceActivity.voicing == 0)
      #expect(row.voiceActivity.pitch == 0)
      #expect(abs(row.values[flatness.lowerBound] - 1) < 1e-4)
    }
  }

  /// Streams that take turns with the same workspace, and streams of several threads at once, give the rows that each gives alone.
  @Test(arguments: configurations) func streamsDoNotMix(configuration: FrontEndConfiguration) async throws {
    let streams = (0..<16).map { Array(signal(12_000)[($0 * 250)...]) }
    let alone = try streams.map { samples in
      var frontEnd = try FrontEnd(configuration)
      return frontEnd.rows(of: samples).map(\.bits)
    }
    var first = try FrontEnd(configuration)
    var second = try FrontEnd(configuration)
    var turns: [[[UInt32]]] = [[], []]
    for start in stride(from: 0, to: 8000, by: 500) {
      turns[0] += first.rows(of: Array(streams[0][start..<start + 500])).map(\.bits)
      turns[1] += second.rows(of: Array(streams[1][start..<start + 500])).map(\.bits)
    }
    #expect(turns[0].count > 0 && turns[0].elementsEqual(alone[0].prefix(turns[0].count)))
    #expect(turns[1].count > 0 && turns[1].elementsEqual(alone[1].prefix(turns[1].count)))
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for (samples, expected) in zip(streams, alone) {
        group.addTask {
          var frontEnd = try FrontEnd(configuration)
          return frontEnd.rows(of: samples).map(\.bits) == expected
        }
      }
      for try await same in group { #expect(same) }
    }
  }
}
