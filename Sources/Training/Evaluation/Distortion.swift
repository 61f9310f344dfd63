import Capture
import Foundation
import Streaming

/// A mismatch between a voice at the input and the recordings of a model's training.
public struct Distortion: Sendable, Equatable {
  /// The kind of change, such as `noise`.
  public var kind: String
  /// Its name, such as `white noise, 10 dB`.
  public var name: String
  let change: Change

  enum Change: Sendable, Equatable {
    /// Through the code for augmentation, with only noise and echoes random.
    case scene(SoundConfiguration)
    case equalizer([Band])
    /// A constant added to every sample.
    case offset(Float)
    case codec(SpeechCodec)
  }

  /// One band of an equaliser.
  enum Band: Sendable, Equatable {
    /// Below 200 Hz, in dB.
    case bass(Double)
    /// Around 1 kHz, in dB.
    case middle(Double)
    /// Above 3 kHz, in dB.
    case treble(Double)

    func filter(rate: Int) -> Biquad {
      switch self {
      case .bass(let gain): .lowShelf(200, gain: gain, rate: rate)
      case .middle(let gain): .peak(1000, gain: gain, quality: 0.7, rate: rate)
      case .treble(let gain): .highShelf(3000, gain: gain, rate: rate)
      }
    }
  }

  /// All tested distortions.
  ///
  /// - Parameter noiseRecordings: a recording of noise, or a folder of them; nil for only synthetic noise.
  public static func all(noiseRecordings: String?) -> [Distortion] {
    gains + offsets + noises(recordings: noiseRecordings) + [telephone] + rooms + equalizers + codecs
  }

  private static var gains: [Distortion] {
    [-20.0, -10, 6, 12].map { gain in
      scene("gain", "gain \(signed(gain)) dB") { $0.gain = exactly(gain) }
    }
  }

  private static var offsets: [Distortion] {
    [1, 10].map { percent in
      Distortion(kind: "offset", name: "offset of \(percent) %", change: .offset(Float(percent) / 100))
    }
  }

  private static func noises(recordings: String?) -> [Distortion] {
    let kinds: [(Noise, String)] =
      [(.white, "white noise"), (.pink, "pink noise"), (.brown, "brown noise"), (.hum, "mains hum")]
      + (recordings == nil ? [] : [(.recorded, "recorded noise")])
    return kinds.flatMap { kind, name in
      [20.0, 10, 5].map { snr in
        scene("noise", "\(name), \(Int(snr)) dB") { sound in
          var noise = NoiseConfiguration()
          noise.chance = 1
          noise.snr = snr...snr
          noise.kinds = [kind]
          noise.recordings = kind == .recorded ? recordings : nil
          sound.noise = noise
        }
      }
    }
  }

  private static var telephone: Distortion {
    scene("band", "telephone band") { $0.bandLimit = VariationConfiguration(chance: 1, range: 300...3400) }
  }

  private static var rooms: [Distortion] {
    [0.3, 0.8].map { rt60 in
      scene("room", "room of \(rt60) s") { sound in
        var room = ReverberationConfiguration()
        room.chance = 1
        room.rt60 = rt60...rt60
        // Twice as strong as the echoes: a speaker at some distance from the microphone.
        room.direct = 3...3
        sound.reverberation = room
      }
    }
  }

  private static var equalizers: [Distortion] {
    func equalizer(_ name: String, _ bands: Band...) -> Distortion {
      Distortion(kind: "equalizer", name: name, change: .equalizer(bands))
    }
    return [
      equalizer("bass -6 dB", .bass(-6)), equalizer("bass +6 dB", .bass(6)),
      equalizer("middle -6 dB", .middle(-6)), equalizer("middle +6 dB", .middle(6)),
      equalizer("treble -6 dB", .treble(-6)), equalizer("treble +6 dB", .treble(6)),
      equalizer("bass +6 dB, treble -6 dB", .bass(6), .treble(-6)),
      equalizer("bass -6 dB, treble +6 dB", .bass(-6), .treble(6)),
    ]
  }

  private static var codecs: [Distortion] {
    SpeechCodec.allCases.map { codec in
      let name = codec == .mp3 ? "MP3" : "Opus"
      return Distortion(kind: "codec", name: "\(name), \(codec.bitRate / 1000) kbit/s", change: .codec(codec))
    }
  }

  private static func scene(
    _ kind: String, _ name: String, _ set: (inout SoundConfiguration) -> Void
  ) -> Distortion {
    var sound = SoundConfiguration()
    set(&sound)
    return Distortion(kind: kind, name: name, change: .scene(sound))
  }

  private static func exactly(_ amount: Double) -> VariationConfiguration {
    VariationConfiguration(chance: 1, range: amount...amount)
  }

  private static func signed(_ number: Double) -> String { "\(number > 0 ? "+" : "")\(Int(number))" }

  /// The reason that it cannot be tested here, in a sentence; nil where it can.
  public var hindrance: String? {
    guard case .codec(let codec) = change, !codec.isAvailable else { return nil }
    return "the libsndfile at hand cannot write it"
  }
}

/// Applies a distortion to clips.
struct Distorter: Sendable {
  private let distortion: Distortion
  private let rate: Int
  /// nil where there is no randomness.
  private let augmenter: SoundAugmenter?

  /// - Parameters:
  ///   - rate: of the front end.
  ///   - seed: of noise and echoes. They are the same for distortions that differ only in level.
  /// - Throws: where recordings of noise are missing or unreadable.
  init(_ distortion: Distortion, rate: Int, seed: UInt64) throws {
    self.distortion = distortion
    self.rate = rate
    augmenter =
      if case .scene(let configuration) = distortion.change {
        try SoundAugmenter(configuration, rate: rate, seed: seed)
      } else {
        nil
      }
  }

  /// Distorts one clip of a corpus, given its number and that of its speaker.
  func apply(to sound: Sound, clip: Int, speaker: Int) throws -> Sound {
    switch distortion.change {
    case .scene: return try augmenter!.copy(0, of: sound, clip: clip, speaker: speaker, epoch: nil)
    case .equalizer(let bands):
      var sound = try sound.rate == rate ? sound : sound.resampled(to: rate)
      for band in bands { band.filter(rate: rate).apply(to: &sound.samples) }
      return sound.clamped()
    case .offset(let offset):
      var sound = sound
      for i in sound.samples.indices { sound.samples[i] += offset }
      return sound.clamped()
    case .codec(let codec): return try sound.coded(by: codec)
    }
  }
}

extension Sound {
  /// The sound clipped to full scale.
  fileprivate func clamped() -> Sound {
    var sound = self
    for i in sound.samples.indices { sound.samples[i] = max(-1, min(1, sound.samples[i])) }
    return sound
  }

  /// The sound after lossy coding: written to a temporary file and read again.
  ///
  /// - Throws: where the file cannot be written or read.
  func coded(by codec: SpeechCodec) throws -> Sound {
    let path = FileManager.default.temporaryDirectory.appending(path: "ser-live-\(UUID()).\(codec.rawValue)").path
    defer { unlink(path) }
    let rate = SpeechCodec.sampleRate
    try codec.write(self.rate == rate ? samples : resampled(to: rate).samples, to: path)
    return try Sound(path: path)
  }
}
