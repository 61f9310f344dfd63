import Models

extension Network {
  /// How many numbers training finds; running statistics are not among them.
  public var trainedCount: Int {
    layers.parameters.filter(\.isTrainable).reduce(0) { $0 + $1.count }
  }
}
