import Glibc

/// A change of the sound itself, made before the front end.
enum Version: Sendable, Equatable {
  case original
  case speed(Double)
  case tempo(Double)
  case pitch(Double)
  /// Drawn by chance, in surroundings of its own; numbered.
  case copy(Int)

  /// Whether a voice is still heard as a woman's or a man's, as it was: higher or lower by two semitones at most.
  var keepsGender: Bool {
    switch self {
    case .original, .tempo, .copy: true
    case .speed(let factor): abs(12 * log2(factor)) <= 2
    case .pitch(let semitones): abs(semitones) <= 2
    }
  }
}
