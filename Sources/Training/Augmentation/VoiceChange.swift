import Models
import Support

/// How the voice of a copy is changed. It is drawn before all else of the copy's surroundings, so that it can be known without these.
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

  /// Whether the voice is still heard as a woman's or a man's, as it was: neither higher nor lower.
  var keepsGender: Bool { speed == nil && pitch == nil }
}

extension RandomSource {
  /// A number from the range, all of which is as likely.
  mutating func draw(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * Double(uniform())
  }

  /// Whether a change happens; what has no chance draws nothing.
  mutating func happens(_ chance: Float?) -> Bool { chance.map { uniform() < $0 } ?? false }

  /// How much a sound is changed; nil where it is not.
  mutating func amount(of variation: VariationConfiguration?) -> Double? {
    guard let variation, happens(variation.chance) else { return nil }
    return draw(variation.range)
  }
}
