/// `{layer: functionals, statistics: [mean, deviation, p10, p90, slope], window: 300}`
struct FunctionalsSettings: LayerSettings {
  static let names = ["functionals"]

  var statistics: [Statistic]
  /// In rows.
  var window = FunctionalsPooling.defaultWindow

  enum CodingKeys: CodingKey, CaseIterable {
    case statistics, window
  }

  init(statistics: [Statistic], window: Int) {
    self.statistics = statistics
    self.window = window
  }

  init(from decoder: any Decoder) throws {
    let settings = try decoder.layerSettings(CodingKeys.self)
    let names = try settings.decode([String].self, forKey: .statistics)
    do throws(StatisticError) {
      statistics = try Statistic.named(names)
    } catch {
      throw DecodingError.dataCorruptedError(forKey: .statistics, in: settings, debugDescription: "\(error)")
    }
    try settings.read(.window, into: &window)
  }

  func encode(to encoder: any Encoder) throws {
    var settings = encoder.container(keyedBy: CodingKeys.self)
    try settings.encode(statistics.map(\.name), forKey: .statistics)
    try settings.encode(window, forKey: .window)
  }

  func build(at site: LayerSite) throws(NetworkConfigurationError) -> any Layer {
    try site.requireRows()
    _ = try site.size(statistics.count * site.input.columns, "the number of statistics of all columns")
    return FunctionalsPooling(
      width: site.input.columns, statistics: statistics, window: try site.size(window, "window"))
  }
}

extension LayerConfiguration {
  /// Statistics of each column over the last `window` rows.
  public static func functionals(statistics: [Statistic], window: Int) -> Self {
    Self(FunctionalsSettings(statistics: statistics, window: window))
  }
}
