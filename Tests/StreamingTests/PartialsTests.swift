import Testing

@testable import Streaming

/// The highest peaks of the spectrum, which tell a tone from a voice.
@Suite struct PartialsTests {
  private func partials(
    _ samples: [Float], _ configuration: FrontEndConfiguration = FrontEndConfiguration()
  ) throws -> [Partials] {
    var frontEnd = try FrontEnd(configuration)
    let rows = frontEnd.rows(of: samples)
    try #require(!rows.isEmpty)
    return rows.map(\.voiceActivity.partials)
  }

  @Test(arguments: [95.0, 123.4, 440, 1000, 2718.3, 3990]) func aSineIsFoundBetweenThePoints(frequency: Double) throws {
    for partials in try partials(Signals.sine(frequency, seconds: 0.5)) {
      #expect(abs(Double(partials.frequencies[0]) - frequency) < 0.1, "\(partials.frequencies[0]) Hz")
    }
  }

  @Test func theStrongestComesFirst() throws {
    let samples = zip(Signals.sine(500, seconds: 0.4, amplitude: 0.1), Signals.sine(1500, seconds: 0.4, amplitude: 0.3))
    for partials in try partials(samples.map { $0 + $1 }) {
      #expect(abs(partials.frequencies[0] - 1500) < 0.5 && abs(partials.frequencies[1] - 500) < 0.5)
      #expect(abs(partials.powers[0] / partials.powers[1] - 9) < 0.5)
    }
  }

  @Test func silenceHasNone() throws {
    for partials in try partials([Float](repeating: 0, count: 8000)) { #expect(partials == .none) }
    #expect(Partials.none.partStanding(with: .none, hertz: 1, share: 0) == 0)
  }

  /// Frequencies stay, bit for bit, under a gain of a power of two, and all but stay under any other.
  @Test func aGainMovesNoPartial() throws {
    let samples = Signals.harmonics(1...9, seconds: 0.5, amplitude: 0.05) { 150 + 40 * $0 }
    let plain = try partials(samples)
    for (exact, louder) in zip(plain, try partials(samples.map { $0 * 4 })) {
      #expect(exact.frequencies == louder.frequencies)
      #expect(exact.powers * 16 == louder.powers)
    }
  }

  @Test func powerThatStands() {
    let one = Partials(frequencies: [1000, 500, 2000, 0], powers: [6, 3, 1, 0])
    func part(_ frequencies: SIMD4<Float>, _ powers: SIMD4<Float> = [1, 1, 1, 1]) -> Float {
      one.partStanding(with: Partials(frequencies: frequencies, powers: powers), hertz: 0.5, share: 0.001)
    }
    // 1.5, 1 and 2.5 Hz beside the three.
    #expect(part([1001.4, 499.1, 2002.4, 300]) == 1)
    #expect(part([2002.4, 1001.4, 0, 0]) == 0.7)
    #expect(part([1001.6, 498.9, 2002.6, 300]) == 0)
    #expect(part([0, 0, 0, 0], .zero) == 0)
  }

  /// No band in which to look: the highest frequency of a slow stream lies below.
  @Test(arguments: [1000, 8000, 96000], [32, 2048]) func anyTransformWorks(sampleRate: Int, fftSize: Int) {
    let bins = Partials.bins(sampleRate: sampleRate, fftSize: fftSize)
    #expect(bins.isEmpty || bins.lowerBound >= 1 && bins.upperBound < ForwardTransform.bins(fftSize))
    let power = (0..<ForwardTransform.bins(fftSize)).map { Float($0 * 7 % 5) }
    let partials = Partials(of: power.span, in: bins, binWidth: Float(sampleRate) / Float(fftSize))
    #expect(partials.frequencies.max() <= Float(sampleRate) / 2)
  }
}
