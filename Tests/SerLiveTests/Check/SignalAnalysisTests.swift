import Foundation
import Testing

@testable import ser_live

@Suite("What is measured of a signal")
struct SignalAnalysisTests {
  private func analysis(_ samples: [Float], rate: Int = 16_000, chunk: Int = 160) -> SignalAnalysis {
    var analysis = SignalAnalysis(sampleRate: rate)
    for start in stride(from: 0, to: samples.count, by: chunk) {
      analysis.push(samples.span.extracting(start..<min(start + chunk, samples.count)))
    }
    return analysis
  }

  private func sine(_ amplitude: Double, offset: Double = 0, count: Int = 48_000) -> [Float] {
    (0..<count).map { Float(offset + amplitude * sin(2 * .pi * 400 * Double($0) / 16_000)) }
  }

  @Test("A sine on an offset: level, peak and offset, however it is cut", arguments: [1, 159, 160, 801, 48_000])
  func sineOnOffset(chunk: Int) {
    let result = analysis(sine(0.5, offset: 0.1), chunk: chunk)
    #expect(abs(result.level - 20 * log10(0.5 / 2.0.squareRoot())) < 0.01)
    #expect(abs(result.peakLevel - 20 * log10(0.6)) < 0.01)
    #expect(abs(result.offset - 0.1) < 1e-6)
    #expect(abs(result.noiseFloor - result.level) < 0.1)
    #expect(result.clipped == 0 && !result.isDead)
    #expect(result.count == 48_000)
  }

  @Test("Full scale is clipping, on both sides")
  func clipping() {
    let result = analysis(sine(2).map { max(-1, min(1, $0)) })
    // A sine of twice full scale is beyond it for two thirds of the time.
    #expect(abs(Double(result.clipped) / 48_000 - 2.0 / 3) < 0.02)
    #expect(result.peakLevel == 0)
  }

  @Test("The noise floor is that of the pauses")
  func noiseFloor() {
    var samples = sine(0.001)
    for index in samples.indices where (index / 8000) % 3 != 0 { samples[index] *= 300 }
    let result = analysis(samples)
    #expect(abs(result.noiseFloor - 20 * log10(0.001 / 2.0.squareRoot())) < 0.1)
    // Two thirds of the time 300 times as loud.
    #expect(abs(result.level - 20 * log10(0.3 / 3.0.squareRoot())) < 0.1)
  }

  @Test("The same sample over and over is dead", arguments: [0, 0.25] as [Float])
  func dead(value: Float) {
    #expect(analysis([Float](repeating: value, count: 16_000)).isDead)
  }

  @Test("Nothing at all is survived")
  func empty() {
    let result = analysis([])
    #expect(result.count == 0 && result.level == SignalAnalysis.lowest && result.offset == 0)
  }
}

@Suite("The rate that is delivered")
struct RateMeterTests {
  /// Blocks of 10 ms with a jitter of some milliseconds.
  private func rate(true rate: Double, nominal: Int, seconds: Double) -> Double? {
    var meter = RateMeter()
    for block in 1...Int(seconds * 100) {
      meter.note(samples: Int(Double(block) * rate / 100), time: 1e6 + Double(block) / 100 + .random(in: 0...0.004))
    }
    return meter.rate(nominal: nominal)
  }

  @Test("Jitter of the arrival does not hide a deviation of a thousandth", arguments: [15_984, 16_000, 48_000, 5333])
  func measured(rate: Int) throws {
    let measured = try #require(self.rate(true: Double(rate), nominal: 16_000, seconds: 3))
    #expect(abs(measured / Double(rate) - 1) < 0.0005)
  }

  @Test("Too little, or a recording that comes at once, is no measurement")
  func unknown() {
    #expect(rate(true: 16_000, nominal: 16_000, seconds: 1.2) == nil)
    #expect(rate(true: 16_000_000, nominal: 16_000, seconds: 3) == nil)
    #expect(RateMeter().rate(nominal: 16_000) == nil)
  }
}
