import Capture
import Glibc
import Models
import Streaming
import Support

/// The clips of one speaker with pauses in between, generated piece by piece.
struct LongRecording {
  /// A piece of the recording.
  enum Piece {
    case pause([Float])
    /// Index of the clip, the original clip, and the clip with noise.
    case clip(Int, clean: Sound, mixed: [Float])
  }

  private let corpus: Corpus
  /// Clips in playing order.
  private let order: [Int]
  /// Samples per second: that of the first clip.
  let rate: Int
  private let settings: StreamSettings
  private var random: RandomSource
  /// Noise in half of the pauses, or throughout.
  private var noise: NoiseLoop
  /// Number of clips played.
  private var played = 0
  private var isPauseNext = true

  /// - Parameters:
  ///   - clips: of one speaker, by index into the corpus; at least one.
  /// - Throws: where a recording is unreadable.
  init(_ corpus: Corpus, _ clips: [Int], _ settings: StreamSettings) throws {
    self.corpus = corpus
    self.settings = settings
    order = SessionHistory.order(clips, seed: settings.seed)
    let speaker = corpus.clips[clips[0]].speaker
    // Seeded by the name, independent of the other tested speakers.
    random = speaker.utf8.reduce(RandomSource(seed: settings.seed, Self.key)) { source, byte in
      var source = source
      return RandomSource(seed: source.next(), Int(byte))
    }
    let rate = try FileSource(path: corpus.clips[order[0]].path).sampleRate
    self.rate = rate
    // A separate random source, so that the pauses are the same for any noise.
    var forNoise = RandomSource(seed: random.next())
    if let kind = settings.noise {
      var sound = SoundConfiguration()
      sound.noise = NoiseConfiguration()
      sound.noise!.recordings = settings.recordings
      let bank = try SoundBank(sound, rate: rate)
      let powers = try order.map { index in
        let sound = try Sound(path: corpus.clips[index].path)
        return Double(NoiseMixer.voicePower(sound.samples, rate: sound.rate))
      }
      let voice = powers.reduce(0, +) / Double(powers.count)
      // Silent clips have no level for the signal-to-noise ratio.
      let level = voice > 0 ? 10 * log10(voice) - settings.snr : StreamSettings.roomLevel
      noise = NoiseLoop(kind, level: level, rate: rate, recordings: bank.noises, using: &forNoise)
    } else {
      noise = NoiseLoop(.pink, level: StreamSettings.roomLevel, rate: rate, recordings: [], using: &forNoise)
    }
  }

  private static let key = 0x73_74_72_65_61_6D

  /// The next piece; there is a pause before each clip and after the last. nil at the end.
  mutating func next() throws -> Piece? {
    if isPauseNext {
      isPauseNext = false
      let seconds = random.uniform(StreamSettings.pauses.lowerBound, StreamSettings.pauses.upperBound)
      let isNoisy = random.index(below: 2) == 1
      var samples = [Float](repeating: 0, count: Int(seconds * Float(rate)))
      if settings.noise != nil || isNoisy { noise.add(to: &samples) }
      return .pause(samples)
    }
    guard played < order.count else { return nil }
    isPauseNext = true
    let index = order[played]
    played += 1
    let sound = try Sound(path: corpus.clips[index].path)
    let clean = try sound.rate == rate ? sound : sound.resampled(to: rate)
    var mixed = clean.samples
    if settings.noise != nil { noise.add(to: &mixed) }
    return .clip(index, clean: clean, mixed: mixed)
  }
}
