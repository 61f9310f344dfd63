import Streaming

/// A front end and the columns of a picture.
struct FeatureTrack: ~Copyable {
  private var frontEnd: FrontEnd
  private var columns: RowColumns

  /// - Parameter limit: of columns, even.
  init(_ configuration: FrontEndConfiguration, limit: Int) throws(ConfigurationError) {
    let frontEnd = try FrontEnd(configuration)
    let joining = frontEnd.layout.blocks.flatMap { block in
      let joining: RowColumns.Joining =
        switch block.feature {
        case .spectrogram, .mel, .level: .largest
        case .pitch: .meanOfNonzero
        default: .mean
        }
      return block.columns.map { _ in joining }
    }
    columns = RowColumns(joining: joining, limit: limit)
    self.frontEnd = frontEnd
  }

  /// Processes the next samples, at the front end's rate.
  mutating func push(_ samples: Span<Float>) { Self.push(samples, &frontEnd, &columns) }

  /// Ends the stream and returns its features; nil where it was shorter than a window.
  consuming func finish() -> FeaturePicture? {
    columns.finish()
    guard columns.columns > 0 else { return nil }
    return FeaturePicture(configuration: frontEnd.configuration, layout: frontEnd.layout, columns: columns)
  }

  // Passed separately, so that one can change while the other calls it.
  private static func push(_ samples: Span<Float>, _ frontEnd: inout FrontEnd, _ columns: inout RowColumns) {
    frontEnd.push(samples) { row in columns.push(row) }
  }
}

/// The features of a recording, reduced to the columns of a picture, at least one.
struct FeaturePicture: Sendable {
  let configuration: FrontEndConfiguration
  let layout: FeatureLayout
  let columns: RowColumns

  /// The values of a feature as rows of a picture, [values × columns].
  subscript(feature: Feature) -> [Float] { columns.rows(layout.columns(of: feature)!) }

  /// Number of a feature's values.
  func count(_ feature: Feature) -> Int { layout.columns(of: feature)!.count }

  /// Seconds from the start of the recording to the middle of the first column, and from there to the next.
  var times: (start: Double, step: Double) {
    let rate = Double(configuration.sampleRate)
    let hop = Double(configuration.hop) / rate
    let rows = Double(columns.rowsPerColumn)
    return ((rows - 1) / 2 * hop + Double(configuration.window) / rate / 2, rows * hop)
  }

  /// Human-readable description of the windows.
  var windows: String {
    let window = configuration.windowMilliseconds.decimals(2, trimmed: true)
    return "windows of \(window) ms, \(configuration.hopMilliseconds.decimals(2, trimmed: true)) ms apart"
  }
}
