import Testing

@testable import ser_live

@Suite("The pace of a pipe")
struct PaceMeterTests {
  /// What is found of a pipe that has `samples(t)` to give at the time t, read in pieces of a hundredth of a second.
  ///
  /// - Parameters:
  ///   - work: seconds that the reader takes for a piece.
  private func found(
    nominal: Int = 16_000, seconds: Double, work: Double = 0.0005, _ samples: (Double) -> Double
  ) -> (rate: Double, time: Double)? {
    var meter = PaceMeter(nominal: nominal)
    var (time, taken) = (1e5, 0)
    let start = time
    while time - start < seconds {
      let asked = time
      // The writer is looked at every millisecond.
      while Int(samples(time - start)) <= taken { time += 0.001 }
      let count = min(Int(samples(time - start)) - taken, nominal / 100)
      taken += count
      if let rate = meter.note(samples: count, asked: asked, came: time) { return (rate, time - start) }
      time += work
    }
    return nil
  }

  /// Samples at a rate, given in blocks of so many seconds.
  private func blocks(_ rate: Double, every block: Double) -> (Double) -> Double {
    { (($0 / block).rounded(.down) + 1) * block * rate }
  }

  @Test(
    "Another rate, in real time, is found within seconds",
    arguments: [
      (8000.0, 0.01), (12_000, 0.02), (22_050, 0.1), (32_000, 0.01), (44_100, 0.02), (48_000, 0.02), (96_000, 0.1),
    ])
  func otherRates(rate: Double, block: Double) throws {
    let result = try #require(found(seconds: 15, blocks(rate, every: block)))
    #expect(abs(result.rate / rate - 1) < 0.05 && result.time < 8)
  }

  @Test("An odd rate takes longer", arguments: [9600.0, 12_800, 20_000])
  func oddRates(rate: Double) throws {
    let result = try #require(found(seconds: 20, blocks(rate, every: 0.02)))
    #expect(abs(result.rate / rate - 1) < 0.05 && result.time < 14)
  }

  @Test("Blocks of two seconds hide a rate for longer only")
  func largeBlocks() throws {
    for rate in [8000.0, 48_000] {
      #expect(abs(try #require(found(seconds: 80, blocks(rate, every: 2))).rate / rate - 1) < 0.2)
    }
  }

  @Test(
    "The rate that was said is not found to be another, whatever the blocks",
    arguments: [0.005, 0.02, 0.1, 0.5, 1, 2, 5])
  func sameRate(block: Double) {
    #expect(found(seconds: 130, blocks(16_000, every: block)) == nil)
    // Clocks are not exact.
    #expect(found(seconds: 130, blocks(16_100, every: block)) == nil)
  }

  @Test("Jitter and stalls are no other rate")
  func jitter() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20 {
      // The network holds up what was sent, at random times for up to a second, and delivers it then.
      let stalls = (0..<100).map { _ in
        (start: Double.random(in: 0...100, using: &generator), length: Double.random(in: 0...1, using: &generator))
      }
      #expect(
        found(seconds: 100) { time in
          let held = stalls.filter { $0.start < time && time < $0.start + $0.length }.map(\.start).min()
          return 16_000 * (held ?? time)
        } == nil)
    }
    // A server sends what it has kept first, at once or within three seconds.
    #expect(found(seconds: 60) { 16_000 * ($0 + 10) } == nil)
    #expect(found(seconds: 60) { 16_000 * ($0 + min(10, 3 * $0)) } == nil)
    // A writer that was stopped for a while, and has lost what came meanwhile.
    #expect(found(seconds: 60) { 16_000 * ($0 < 20 ? $0 : max(20, $0 - 10)) } == nil)
  }

  @Test("A recording is no other rate, however fast it comes")
  func recordings() {
    #expect(found(seconds: 30) { _ in 1e12 } == nil)
    // The reader is the slow one, at three times the pace.
    #expect(found(seconds: 30, work: 0.01 / 3) { _ in 1e12 } == nil)
    for speed in [5.0, 7, 12, 30, 100] { #expect(found(seconds: 30, blocks(16_000 * speed, every: 0.01)) == nil) }
  }
}
