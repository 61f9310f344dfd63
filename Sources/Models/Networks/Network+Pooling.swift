/// Networks that look at one vector of an utterance.
extension Network {
  /// The first layer, where it makes one row of a whole utterance and has no weights: nothing else of the utterance is seen
  /// by the others. nil for a network that works on sequences.
  package var pooling: (any Layer)? {
    guard let first = layers.layers.first, first.parameterCount == 0 else { return nil }
    return first.outputRows(.ragged(stride: 1)) == .known(1) ? first : nil
  }

  /// The network without its `pooling`, for vectors that this has made; the weights are the same.
  ///
  /// - Precondition: there is one.
  package var behindPooling: Network {
    guard let pooling else { preconditionFailure("the network works on sequences") }
    let rest = Sequential(inputWidth: pooling.outputWidth, Array(layers.layers.dropFirst()))
    return Network(configuration, layers: rest, weights: weights)
  }
}
