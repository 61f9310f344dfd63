import Models

extension Clip {
  /// The index of the clip's label for a network's target; nil where unknown.
  func label(_ target: Target) -> Int? { label(AuxiliaryTarget.Kind(target)) }

  /// The index of the clip's label for a head's target; nil where unknown.
  func label(_ target: AuxiliaryTarget.Kind) -> Int? {
    switch target {
    case .emotion: emotion
    case .gender: gender
    case .intensity: intensity
    case .statement: statement
    }
  }
}
