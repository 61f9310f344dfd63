import Streaming

extension Panel {
  /// The fundamental frequency of voiced frames, on a scale of octaves.
  static func pitch(_ features: FeaturePicture, start: Double) -> Panel {
    let configuration = features.configuration
    return Panel(
      title: "Pitch", detail: features.windows, height: 220, yLabel: "frequency (Hz)",
      yRange: configuration.minimumPitch...configuration.maximumPitch,
      ticks: [60, 80, 100, 150, 200, 300, 400, 600].map { Tick(name: "\($0)", position: Double($0)) },
      settings: ["set logscale y", "set grid y lc rgb '#dddddd'"],
      layers: features.pitchDots(start: start, PanelColors.pitchText))
  }

  /// The strength of the periodicity.
  static func voicing(_ features: FeaturePicture, start: Double) -> Panel {
    let points = features.points(features[.voicing], start: start)
    let color = PanelColors.voicing.hex
    return Panel(
      title: "Voicing: strength of the periodicity", height: 90, lines: 4, yLabel: "strength", yRange: 0...1,
      ticks: [0, 0.5, 1].map { Tick(name: $0.decimals(1, trimmed: true), position: $0) },
      settings: ["set grid y lc rgb '#dddddd'"],
      layers: [
        .series(
          .points(
            points, columns: 2, "using 1:2 with filledcurves y1=0 fs solid 0.35 noborder fc rgb '\(color)' notitle")),
        .series(.points(points, columns: 2, "using 1:2 with lines lw 1.2 lc rgb '\(color)' notitle")),
      ])
  }
}
