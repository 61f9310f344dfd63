/// A change of the sound itself, made before the front end.
enum Version: Sendable, Equatable {
  case original
  case speed(Double)
  case tempo(Double)
  case pitch(Double)
  /// Drawn by chance, in surroundings of its own; numbered.
  case copy(Int)
}
