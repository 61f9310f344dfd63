import Models
import Streaming
import Support

/// Makes the augmented copies of clips with random changes of sound. The random numbers depend only on the seed and on
/// the numbers of epoch, speaker, clip and copy, never on earlier ones.
struct SoundAugmenter: Sendable {
  private let configuration: SoundConfiguration
  private let bank: SoundBank
  private let rate: Int
  private let seed: UInt64

  /// - Parameter rate: of the front end.
  /// - Throws: the errors of `SoundBank`.
  init(_ configuration: SoundConfiguration, rate: Int, seed: UInt64) throws {
    self.configuration = configuration
    bank = try SoundBank(configuration, rate: rate)
    self.rate = rate
    self.seed = seed
  }

  /// Fingerprint of the recorded noises and responses; nil where there are none.
  var fingerprint: UInt64? { bank.fingerprint }

  /// - Parameters:
  ///   - index: of the copy.
  ///   - epoch: of the copy; nil for all.
  func copy(_ index: Int, of sound: Sound, clip: Int, speaker: Int, epoch: Int?) throws -> Sound {
    var forSpeaker = random(index, speaker: speaker, epoch: epoch)
    var forClip = RandomSource(seed: seed, Self.key, epoch ?? -1, index, speaker, clip)
    return try AcousticScene(configuration, bank, rate: rate, using: &forSpeaker).apply(to: sound, using: &forClip)
  }

  /// The change of a speaker's voice in a copy.
  ///
  /// - Parameters: as of `copy`.
  func voice(ofCopy index: Int, speaker: Int, epoch: Int?) -> VoiceChange {
    var random = random(index, speaker: speaker, epoch: epoch)
    return VoiceChange(configuration, using: &random)
  }

  private func random(_ index: Int, speaker: Int, epoch: Int?) -> RandomSource {
    RandomSource(seed: seed, Self.key, epoch ?? -1, index, speaker)
  }

  private static let key = 0x63_6F_70_79
}
