import Models

/// A profile as a file: statistics as tensors, front end and preprocessing as JSON in the metadata.
extension VoiceProfile {
  private static let format = "ser-live profile"
  /// Profiles of version 1 were made without a high-pass.
  private static let version = "2"

  /// The complete profile as a file. Equal profiles give identical files.
  public var file: SafeTensors {
    let width = statistics.mean.count
    return SafeTensors(
      metadata: [
        "format": Self.format, "version": Self.version, "frontEnd": SafeTensors.json(frontEnd),
        "preprocessing": SafeTensors.json(preprocessing),
      ],
      tensors: [
        "mean": SafeTensors.Tensor(shape: [width], values: statistics.mean),
        "variance": SafeTensors.Tensor(shape: [width], values: statistics.variance),
        "rows": SafeTensors.Tensor(shape: [], values: [statistics.weight]),
      ])
  }

  /// Reads a profile from a `file`.
  ///
  /// - Parameters:
  ///   - file: a profile.
  ///   - name: its name in error messages.
  /// - Throws: a `CheckpointError` where the file is of another kind or version, or its values cannot come from speech.
  public init(_ file: SafeTensors, name: String) throws(CheckpointError) {
    guard file.metadata["format"] == Self.format else {
      throw CheckpointError(
        "\(name) is no voice profile: its metadata lack the format '\(Self.format)'; `ser-live calibrate` makes one")
    }
    guard let version = file.metadata["version"], ["1", Self.version].contains(version) else {
      throw CheckpointError(
        "\(name) has version \(file.metadata["version"] ?? "none"), this program reads versions 1 and \(Self.version); "
          + "calibrate again")
    }
    let frontEnd = try file.metadata("frontEnd", as: FrontEndConfiguration.self, file: name)
    var preprocessing = try file.metadata("preprocessing", as: PreprocessingConfiguration.self, file: name)
    if version == "1" { preprocessing.highPass = 0 }
    do {
      try frontEnd.validate()
      try preprocessing.validate()
    } catch {
      throw CheckpointError("\(name): its configuration cannot work: \(error)")
    }
    let width = FeatureLayout(frontEnd).width
    let statistics = FeatureStatistics(
      weight: try file.tensor("rows", shape: [], file: name)[0],
      mean: try file.tensor("mean", shape: [width], file: name),
      variance: try file.tensor("variance", shape: [width], file: name))
    guard statistics.weight >= 1 else {
      throw CheckpointError("\(name): its statistics are of \(statistics.weight) rows, but should be of 1 at least")
    }
    if let negative = statistics.variance.first(where: { $0 < 0 }) {
      throw CheckpointError("\(name): 'variance' holds \(negative), but no variance is negative")
    }
    self.init(statistics, frontEnd: frontEnd, preprocessing: preprocessing)
  }
}
