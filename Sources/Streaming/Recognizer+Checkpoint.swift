import Models

/// A recognizer as a checkpoint: weights and statistics as tensors, everything else as JSON in the metadata.
extension Recognizer {
  private static let format = "ser-live model"
  /// Models of version 1 have no high-pass.
  private static let version = "2"

  /// The metadata besides the configuration.
  private struct Description: Codable {
    var labels: LabelSet
    var layout: FeatureLayout
    var temperatures: [Float]
    var ensemble: Ensemble
    var provenance: Provenance
  }

  /// The complete recognizer as a file. Equal recognizers give identical files.
  public var checkpoint: SafeTensors {
    let description = Description(
      labels: labels, layout: FeatureLayout(configuration.frontEnd), temperatures: networks.map(\.temperature),
      ensemble: ensemble, provenance: provenance)
    var file = SafeTensors(metadata: [
      "format": Self.format, "version": Self.version, "configuration": SafeTensors.json(configuration),
      "description": SafeTensors.json(description), "licence": provenance.licence,
    ])
    file.tensors["normalizer.mean"] = SafeTensors.Tensor(shape: [width], values: statistics.mean)
    file.tensors["normalizer.variance"] = SafeTensors.Tensor(shape: [width], values: statistics.variance)
    if let offsets {
      let shape = [labels.emotions.count, width]
      file.tensors["emotions.mean"] = SafeTensors.Tensor(shape: shape, values: offsets.mean)
      file.tensors["emotions.variance"] = SafeTensors.Tensor(shape: shape, values: offsets.variance)
    }
    for network in networks { network.write(to: &file) }
    return file
  }

  /// Reads a recognizer from a `checkpoint`.
  ///
  /// - Parameters:
  ///   - file: a checkpoint.
  ///   - name: its name in error messages.
  /// - Throws: a `CheckpointError` where the file is of another kind or version, or its parts contradict each other.
  public init(_ file: SafeTensors, name: String) throws(CheckpointError) {
    guard file.metadata["format"] == Self.format else {
      throw CheckpointError("\(name) is no model of ser-live: its metadata lack the format '\(Self.format)'")
    }
    guard let version = file.metadata["version"], ["1", Self.version].contains(version) else {
      throw CheckpointError(
        "\(name) has version \(file.metadata["version"] ?? "none"), this program reads versions 1 and \(Self.version); "
          + "train it again or use a matching release")
    }
    var configuration = try file.metadata("configuration", as: RecognizerConfiguration.self, file: name)
    if version == "1" { configuration.preprocessing.highPass = 0 }
    let description = try file.metadata("description", as: Description.self, file: name)
    do {
      try configuration.validate()
      try description.labels.validate()
    } catch {
      throw CheckpointError("\(name): its configuration cannot work: \(error)")
    }
    let layout = FeatureLayout(configuration.frontEnd)
    guard layout == description.layout else {
      throw CheckpointError(
        "\(name): its rows have the columns \(description.layout), this program would give it \(layout)")
    }
    let emotionNetworks = configuration.networks.count { $0.target == .emotion }
    guard description.temperatures.count == configuration.networks.count,
      description.ensemble.weights.count == emotionNetworks
    else {
      throw CheckpointError(
        "\(name): temperatures for \(description.temperatures.count) and ensemble weights for "
          + "\(description.ensemble.weights.count) networks, but the configuration has "
          + "\(configuration.networks.count), \(emotionNetworks) of them for emotions")
    }
    for temperature in description.temperatures + [description.ensemble.temperature]
    where !(1e-3...1e3 ~= temperature) {
      throw CheckpointError("\(name): a temperature is \(temperature), which is not between 0.001 and 1000")
    }
    let votes = description.ensemble.weights
    // With the rounding of the written file.
    guard votes.allSatisfy({ $0 >= 0 }), abs(votes.reduce(0, +) - 1) < 1e-3 else {
      throw CheckpointError("\(name): its ensemble weights are \(votes), but must add up to 1")
    }
    let width = layout.width
    func statistics(_ key: String) throws(CheckpointError) -> FeatureStatistics {
      let statistics = FeatureStatistics(
        weight: 0, mean: try file.tensor("\(key).mean", shape: [width], file: name),
        variance: try file.tensor("\(key).variance", shape: [width], file: name))
      guard statistics.variance.allSatisfy({ $0 >= 0 }) else {
        throw CheckpointError("\(name): '\(key).variance' holds a negative value")
      }
      return statistics
    }
    let all = try statistics("normalizer")
    let offsets = try Self.offsets(file, [description.labels.emotions.count, width], name: name)
    var networks: [Network] = []
    for (network, temperature) in zip(configuration.networks, description.temperatures) {
      var network = try Network(
        network, inputWidth: width, outputs: description.labels[network.target].count, from: file, name: name)
      network.temperature = temperature
      networks.append(network)
    }
    self.init(
      configuration: configuration, labels: description.labels, statistics: all, offsets: offsets, networks: networks,
      ensemble: description.ensemble, provenance: description.provenance)
  }

  /// - Parameter shape: of the offsets, [emotions, columns].
  /// - Returns: nil for older models without offsets.
  private static func offsets(
    _ file: SafeTensors, _ shape: [Int], name: String
  ) throws(CheckpointError) -> EmotionOffsets? {
    guard file.tensors["emotions.mean"] != nil || file.tensors["emotions.variance"] != nil else { return nil }
    let offsets = EmotionOffsets(
      mean: try file.tensor("emotions.mean", shape: shape, file: name),
      variance: try file.tensor("emotions.variance", shape: shape, file: name))
    if let wrong = offsets.variance.first(where: { $0 <= 0 }) {
      throw CheckpointError("\(name): 'emotions.variance' holds \(wrong), but should be positive")
    }
    return offsets
  }
}
