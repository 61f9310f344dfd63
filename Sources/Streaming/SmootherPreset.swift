/// Presets of the smoother, from fast to steady. docs/labels.md has the measurements.
public enum SmootherPreset: String, Codable, CaseIterable, Sendable {
  /// The most probable emotion of each row, without a threshold.
  case off
  /// Shows short changes of emotion.
  case responsive
  /// The defaults.
  case balanced
  /// For actions triggered by a label.
  case calm

  public init(from decoder: any Decoder) throws { self = try decoder.choice(of: "preset") }

  /// The settings of the preset.
  public var configuration: SmootherConfiguration {
    var configuration = SmootherConfiguration()
    switch self {
    case .off:
      configuration.timeConstant = 0
      configuration.onset = 0
      configuration.dwell = 0
      configuration.margin = 0
      configuration.threshold = 0
      configuration.release = 0
    case .responsive:
      configuration.onset = 0.2
      configuration.dwell = 0.4
      configuration.margin = 0.15
      configuration.threshold = 0.2
      configuration.release = 0.1
    case .balanced: break
    case .calm:
      configuration.timeConstant = 0.5
      configuration.onset = 1
      configuration.dwell = 2
      configuration.margin = 0.3
      configuration.threshold = 0.4
      configuration.release = 0.2
    }
    return configuration
  }
}
