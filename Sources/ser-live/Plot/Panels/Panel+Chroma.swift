import Streaming

extension Panel {
  private static let notes = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]

  /// The energy of the twelve pitch classes.
  static func chroma(_ features: FeaturePicture, start: Double) -> Panel {
    Panel(
      title: "Chroma", detail: features.windows, height: 240, lines: 13, grows: false, yLabel: "pitch class",
      yRange: -0.5...11.5,
      ticks: notes.enumerated().map { Tick(name: $1, position: Double($0)) },
      colors: ColorScale(map: .viridis, label: "share of the strongest", range: 0...1),
      layers: [.grid(features.grid(features[.chroma], start: start, y: (0, 1)))])
  }
}
