/// Networks on a single vector per utterance.
extension Network {
  /// The first layer, where it reduces a whole utterance to one row and has no weights: the other layers see nothing
  /// else of the utterance. nil for a network that works on sequences.
  package var pooling: (any Layer)? {
    guard let first = layers.layers.first, first.parameterCount == 0 else { return nil }
    return first.outputRows(.ragged(stride: 1)) == .known(1) ? first : nil
  }

  /// The network without its `pooling`, for vectors computed by it; the weights are the same.
  ///
  /// - Precondition: `pooling` is not nil.
  package var behindPooling: Network {
    guard let pooling else { preconditionFailure("the network works on sequences") }
    let rest = Sequential(inputWidth: pooling.outputWidth, Array(layers.layers.dropFirst()))
    return Network(configuration, layers: rest, weights: weights)
  }
}
