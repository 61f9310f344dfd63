import Models

extension Network {
  /// Number of trainable parameters, without running statistics.
  public var trainedCount: Int {
    layers.parameters.filter(\.isTrainable).reduce(0) { $0 + $1.count }
  }
}
