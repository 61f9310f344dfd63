/// A change of the sound before the front end.
enum Version: Sendable, Equatable {
  case original
  case speed(Double)
  case tempo(Double)
  case pitch(Double)
  /// A random copy with its own acoustic scene; numbered.
  case copy(Int)
}
