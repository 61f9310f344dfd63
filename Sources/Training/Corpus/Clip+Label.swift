import Models

extension Clip {
  /// The index of what a network of the given target is to tell; nil where it is not known.
  func label(_ target: Target) -> Int? { label(AuxiliaryTarget.Kind(target)) }

  /// The index of what a head of the given target is to tell; nil where it is not known.
  func label(_ target: AuxiliaryTarget.Kind) -> Int? {
    switch target {
    case .emotion: emotion
    case .gender: gender
    case .intensity: intensity
    case .statement: statement
    }
  }
}
