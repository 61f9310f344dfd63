import Foundation
import Testing

@testable import Streaming

@Suite struct FrontEndPitchTests {
  /// VoiceActivityFeatures of every row, 80/40 ms or 25/10 ms.
  private func track(_ samples: [Float], _ configuration: FrontEndConfiguration = .all) throws
    -> [VoiceActivityFeatures]
  {
    var frontEnd = try FrontEnd(configuration)
    let rows = frontEnd.rows(of: samples)
    try #require(!rows.isEmpty)
    return rows.map(\.voiceActivity)
  }

  @Test(arguments: [70.0, 85, 100, 123.4, 150, 187, 220, 261.6, 311, 350, 400, 440, 473, 500])
  func tones(frequency: Double) throws {
    for row in try track(Signals.sine(frequency, seconds: 0.5)) {
      #expect(abs(Double(row.pitch) / frequency - 1) < 0.003)
      #expect(row.voicing > 0.98)
    }
  }

  /// All harmonics of a voice, or a few without the fundamental, as a telephone lets through.
  @Test(arguments: [75.0, 100, 140, 200, 260, 330, 410], [[3, 4, 5], [2, 3, 4], [4, 5, 6, 7], Array(1...20)])
  func harmonics(frequency: Double, numbers: [Int]) throws {
    let audible = numbers.filter { Double($0) * frequency < 7500 }
    for row in try track(Signals.harmonics(audible, seconds: 0.5) { _ in frequency }) {
      #expect(abs(Double(row.pitch) / frequency - 1) < 0.003, "\(row.pitch) Hz")
      #expect(row.voicing > 0.95)
    }
  }

  @Test(arguments: [140.0, 200, 330]) func shortWindows(frequency: Double) throws {
    for row in try track(Signals.harmonics(1...10, seconds: 0.3) { _ in frequency }, .short) {
      #expect(abs(Double(row.pitch) / frequency - 1) < 0.01, "\(row.pitch) Hz")
      #expect(row.voicing > 0.9)
    }
  }

  /// A glide through the whole range: at no row half or twice the pitch.
  @Test(arguments: [true, false]) func glideWithoutOctaveJumps(upwards: Bool) throws {
    let seconds = 4.0
    func frequency(_ time: Double) -> Double { 80 * pow(5, upwards ? time / seconds : 1 - time / seconds) }
    let rows = try track(Signals.harmonics(1...9, seconds: seconds, frequency: frequency))
    for (index, row) in rows.enumerated() {
      let centre = Double(index) * 0.04 + 0.04
      #expect(abs(Double(row.pitch) / frequency(centre) - 1) < 0.02, "\(row.pitch) at \(centre) s")
    }
  }

  /// Octave steps are followed at once, as soon as a window holds only the new tone.
  @Test func octaveSteps() throws {
    let samples = Signals.harmonics(1...8, seconds: 2) { Int($0 / 0.4) % 2 == 0 ? 120 : 240 }
    for (index, row) in try track(samples).enumerated() {
      let (start, end) = (Double(index) * 0.04, Double(index) * 0.04 + 0.08)
      guard Int(start / 0.4 + 1e-9) == Int(end / 0.4 - 1e-9) else { continue }
      let expected: Float = Int(start / 0.4 + 1e-9) % 2 == 0 ? 120 : 240
      #expect(abs(row.pitch / expected - 1) < 0.01, "\(row.pitch) at \(start) s")
    }
  }

  @Test func noiseIsUnvoiced() throws {
    let rows = try track(Signals.noise(4 * Signals.rate, amplitude: 0.3))
    #expect(rows.allSatisfy { $0.pitch == 0 && $0.voicing < 0.4 })
    #expect(rows.reduce(0) { $0 + $1.voicing } / Float(rows.count) < 0.25)
  }

  /// Noise 10 dB below does not hide a voice.
  @Test func toneInNoise() throws {
    let voice = Signals.harmonics(1...10, seconds: 1) { _ in 150 }
    let noise = Signals.noise(voice.count, amplitude: 0.12)
    for row in try track(zip(voice, noise).map(+)) {
      #expect(abs(row.pitch / 150 - 1) < 0.01)
      #expect(row.voicing > 0.6)
    }
  }

  @Test func levelAndOffsetDoNotMatter() throws {
    let voice = Signals.harmonics(1...10, seconds: 0.5) { _ in 150 }
    for scale: Float in [0.001, 1, 10] {
      for offset: Float in [0, 0.3] {
        for row in try track(voice.map { $0 * scale + offset * scale }) {
          #expect(abs(row.pitch / 150 - 1) < 0.003)
          #expect(row.voicing > 0.95)
        }
      }
    }
  }

  @Test(arguments: [0, 1, -0.25, 1e-6] as [Float]) func constantsAreUnvoiced(value: Float) throws {
    let rows = try track([Float](repeating: value, count: 8000))
    #expect(rows.allSatisfy { $0.pitch == 0 && $0.voicing == 0 })
  }

  @Test func clickIsUnvoiced() throws {
    var samples = [Float](repeating: 0, count: 8000)
    samples[4000] = 1
    #expect(try track(samples).allSatisfy { $0.pitch == 0 && $0.voicing < 0.1 })
  }
}
