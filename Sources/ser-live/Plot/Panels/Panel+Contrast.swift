import Streaming

extension Panel {
  /// The difference between peaks and valleys in each band.
  static func contrast(_ features: FeaturePicture, start: Double) -> Panel {
    let bands = features.count(.contrast)
    let values = features[.contrast]
    // The first band begins at 0, each further one an octave above the previous one, and the last one ends with the
    // spectrum.
    let edges = [0] + (0..<bands - 1).map { 200 << $0 } + [features.configuration.sampleRate / 2]
    return Panel(
      title: "Spectral contrast", detail: features.windows, height: 220, yLabel: "band edges (Hz)",
      yRange: -0.5...Double(bands) - 0.5,
      ticks: edges.enumerated().map { Tick(name: "\($1)", position: Double($0) - 0.5) },
      colors: ColorScale(
        map: .viridis, label: "peak over valley (dB)", range: 0...Double(max(values.max()!, 1)).rounded(.up)),
      layers: [.grid(features.grid(values, start: start, y: (0, 1)))])
  }
}
