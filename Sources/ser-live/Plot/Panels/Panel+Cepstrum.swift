import Streaming

extension Panel {
  /// The cepstral coefficients without the first, whose range would use up the colour scale.
  static func mfcc(_ features: FeaturePicture, start: Double) -> Panel {
    let count = features.count(.mfcc)
    let values = Array(features[.mfcc].dropFirst(features.columns.columns))
    // The highest hundredth of the values must not make all others pale.
    let sizes = values.map(abs).sorted()
    let limit = Double(max(sizes[sizes.count * 99 / 100], 1)).rounded(.up)
    return Panel(
      title: "MFCC 1 to \(count - 1)", detail: "0 is the level; \(features.windows)", height: 240,
      yLabel: "coefficient",
      yRange: 0.5...Double(count) - 0.5,
      ticks: stride(from: 1, to: count, by: 3).map { Tick(name: "\($0)", position: Double($0)) },
      colors: ColorScale(map: .diverging, label: "DCT of dB", range: -limit...limit),
      layers: [.grid(features.grid(values, start: start, y: (1, 1)))])
  }
}
