import Foundation
import Testing

@testable import Streaming

/// What comes out of a broken driver or an odd file: every row is finite, and none takes longer.
@Suite struct HostileSoundTests {
  /// Rows of the whole way from any rate, utterances or not.
  private struct Rows: UtteranceReceiver {
    var count = 0
    var areFinite = true
    mutating func utteranceBegan(row: Int) {}
    mutating func utteranceRestarted(row: Int) {}
    mutating func utterance(row: Int, _ features: Span<Float>) {
      for i in features.indices { areFinite = areFinite && features[i].isFinite }
    }
    mutating func utteranceEnded(row: Int) {}
    mutating func received(row: Int, voiceActivity: VoiceActivityFeatures, isSpeech: Bool) {
      count += 1
      let numbers = [voiceActivity.level, voiceActivity.voicing, voiceActivity.pitch]
      areFinite = areFinite && numbers.allSatisfy(\.isFinite)
      for partial in [voiceActivity.partials.frequencies, voiceActivity.partials.powers] {
        areFinite = areFinite && partial.indices.allSatisfy { partial[$0].isFinite }
      }
    }
  }

  static let sounds: [(name: String, sample: @Sendable (_ index: Int, _ speech: Float) -> Float)] = [
    ("NaN now and then", { $0 % 50 == 0 ? .nan : $1 }), ("infinities", { $0 % 50 == 0 ? .infinity : $1 }),
    ("NaN only", { _, _ in .nan }), ("denormals", { index, _ in Float(bitPattern: UInt32(1 + index % 1000)) }),
    ("zeros", { _, _ in 0 }),
    ("clipped", { _, sample in max(-1, min(1, sample * 50)) }), ("DC 1", { _, _ in 1 }), ("DC -1", { _, _ in -1 }),
    ("huge", { _, sample in sample * 1e30 }),
  ]

  @Test(arguments: sounds.indices, [8000, 16000, 44100, 192_000])
  func rowsAreFinite(sound: Int, rate: Int) throws {
    let voice = Signals.harmonics(1...12, seconds: 2 * Double(rate) / Double(Signals.rate)) { _ in
      150 * Double(Signals.rate) / Double(rate)
    }
    let samples = voice.enumerated().map { Self.sounds[sound].sample($0.offset, $0.element) }
    for configuration in [FrontEndConfiguration.all, .options] {
      // A gate that takes everything for speech, so that every row is looked at.
      var gate = SpeechGateConfiguration()
      gate.voicing = 0
      gate.margin = 0
      gate.minimumLevel = -120
      var stream = try UtteranceStream(frontEnd: configuration, gate: gate, inputRate: rate)
      var rows = Rows()
      stream.push(samples.span, to: &rows)
      stream.finish(to: &rows)
      #expect(rows.areFinite, "\(Self.sounds[sound].name)")
      // Two seconds: nothing is lost at any rate.
      let expected = (2 * configuration.sampleRate - configuration.window) / configuration.hop + 1
      #expect(abs(rows.count - expected) <= 1)
    }
  }

  @Test(arguments: [8000, 16000, 192_000]) func oneSample(rate: Int) throws {
    var stream = try UtteranceStream(
      frontEnd: FrontEndConfiguration(), gate: SpeechGateConfiguration(), inputRate: rate)
    var rows = Rows()
    stream.push([1].span, to: &rows)
    stream.finish(to: &rows)
    #expect(rows.count == 0)
  }

  /// Denormal arithmetic would take some ten to a hundred times as long.
  @Test(arguments: [1e-40, 1e-38, 3e-10, 1e-9]) func faintSoundsTakeNoLonger(scale: Double) throws {
    var frontEnd = try FrontEnd(.all)
    let noise = Signals.noise(Signals.rate)
    func time(_ samples: [Float]) -> Double {
      (0..<9).map { _ in
        var start = timespec()
        var end = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start)
        frontEnd.push(samples.span) { _, _ in }
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end)
        return Double(end.tv_sec - start.tv_sec) + Double(end.tv_nsec - start.tv_nsec) * 1e-9
      }.min()!
    }
    let loud = time(noise)
    let faint = time(noise.map { Float(Double($0) * scale) })
    #expect(faint < 3 * loud, "\(faint / loud) times as long")
  }
}
