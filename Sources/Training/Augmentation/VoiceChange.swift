import Models
import Support

/// The change of the voice in a copy. It is drawn before the rest of the acoustic scene, so that it is available
/// without the scene.
struct VoiceChange: Sendable {
  let speed: Double?
  let tempo: Double?
  /// In semitones.
  let pitch: Double?

  init(_ configuration: SoundConfiguration, using random: inout RandomSource) {
    speed = random.amount(of: configuration.speed)
    tempo = random.amount(of: configuration.tempo)
    pitch = random.amount(of: configuration.pitch)
  }

  /// Whether the perceived gender of the voice stays the same: its pitch is unchanged.
  var keepsGender: Bool { speed == nil && pitch == nil }
}

extension RandomSource {
  /// A uniform random number from the range.
  mutating func draw(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * Double(uniform())
  }

  /// A random decision; nil draws no random number.
  mutating func happens(_ chance: Float?) -> Bool { chance.map { uniform() < $0 } ?? false }

  /// The random amount of a change; nil where it does not occur.
  mutating func amount(of variation: VariationConfiguration?) -> Double? {
    guard let variation, happens(variation.chance) else { return nil }
    return draw(variation.range)
  }
}
