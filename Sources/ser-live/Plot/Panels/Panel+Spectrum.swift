import Streaming

extension Panel {
  /// Range of the colour scale in decibels, below a recording's maximum.
  private static let depth: Float = 80

  /// The linear spectrogram, with lines and dots over it.
  private static func spectrogram(_ features: FeaturePicture, start: Double, title: String) -> Panel {
    let rate = Double(features.configuration.sampleRate)
    let step = rate / Double(features.configuration.fftSize)
    return Panel(
      title: title, detail: features.windows, height: 280, yLabel: "frequency (Hz)", yRange: 0...rate / 2,
      colors: .belowLoudest,
      layers: [
        .grid(features.grid(belowLoudest(features[.spectrogram]), start: start, y: (0, step)))
      ])
  }

  /// The linear spectrogram with the pitch over it, on a separate axis.
  ///
  /// - Parameter pitch: nil where the recording is too short for a pitch.
  static func spectrogram(_ features: FeaturePicture, pitch: FeaturePicture?, start: Double) -> Panel {
    guard let pitch else { return spectrogram(features, start: start, title: "Spectrogram") }
    var panel = spectrogram(features, start: start, title: "Spectrogram and pitch (dots)")
    panel.pitchRange = 0...pitch.configuration.maximumPitch
    panel.layers += pitch.pitchDots(start: start, PanelColors.pitch, axes: "axes x1y2 ")
    return panel
  }

  /// The linear spectrogram with its centre of gravity and its roll-off, where there is sound.
  static func spectrogram(_ features: FeaturePicture, with lines: [Feature], start: Double) -> Panel {
    let share = (100 * features.configuration.rolloff).decimals(0)
    let names = lines.map { $0 == .centroid ? "Centroid (white)" : "\(share) % roll-off (green)" }
    var panel = spectrogram(features, start: start, title: "\(names.joined(separator: " and ")) over the spectrogram")
    for line in lines {
      let spoken = features.inSpeech(features[line])
      guard spoken.contains(where: \.isFinite) else { continue }
      let color = line == .centroid ? PanelColors.centroid : PanelColors.rolloff
      let points = features.points(spoken, start: start)
      panel.layers.append(
        .series(.points(points, columns: 2, "using 1:2 with lines lw 2 lc rgb '\(color.hex)' notitle")))
    }
    return panel
  }

  /// The mel bands; equal distances are perceptually equal steps.
  static func mel(_ features: FeaturePicture, start: Double) -> Panel {
    let configuration = features.configuration
    let bands = configuration.melBands
    let low = MelFilterBank.mel(configuration.minimumFrequency)
    let step = (MelFilterBank.mel(configuration.maximumFrequency) - low) / Double(bands + 1)
    let frequencies = [0, 250, 500, 1000, 2000, 4000, 8000].filter { Double($0) <= configuration.maximumFrequency }
    return Panel(
      title: "Mel spectrogram", detail: "\(bands) bands, \(features.windows)", height: 280, yLabel: "frequency (Hz)",
      yRange: low...low + step * Double(bands + 1),
      ticks: frequencies.map { Tick(name: "\($0)", position: MelFilterBank.mel(Double($0))) },
      colors: .belowLoudest,
      layers: [.grid(features.grid(belowLoudest(features[.mel]), start: start, y: (low + step, step)))])
  }

  /// Decibels relative to the maximum; digital silence stays dark.
  private static func belowLoudest(_ decibels: [Float]) -> [Float] {
    let loudest = max(decibels.max()!, -20)
    return decibels.map { max($0 - loudest, -depth) }
  }
}

extension Panel.ColorScale {
  fileprivate static var belowLoudest: Self {
    Self(map: .magma, label: "dB below the loudest", range: -80...0)
  }
}

extension FeaturePicture {
  /// Values over the recording's time.
  ///
  /// - Parameter start: of the excerpt, in seconds.
  func grid(_ values: [Float], start: Double, y: (start: Double, step: Double)) -> Grid {
    Grid(values: values, columns: columns.columns, x: (start + times.start, times.step), y: y)
  }

  /// A line's points: time and value. [points × 2]
  func points(_ values: [Float], start: Double) -> [Float] {
    zip(values.indices, values).flatMap { index, value in
      [Float(start + times.start + Double(index) * times.step), value]
    }
  }

  /// The values of columns with sound, and NaN, which is not drawn, for the others. Columns 50 dB below the loudest are
  /// room noise, not voice.
  func inSpeech(_ values: [Float]) -> [Float] {
    let levels = self[.level]
    let least = max(levels.max()! - 50, -119)
    return zip(values, levels).map { $1 > least ? $0 : .nan }
  }

  /// Dots for voiced columns.
  func pitchDots(start: Double, _ color: Color, axes: String = "") -> [Panel.Layer] {
    let pitch = inSpeech(self[.pitch]).map { $0 > 0 ? $0 : .nan }
    guard pitch.contains(where: \.isFinite) else { return [] }
    return [.dots(points(pitch, start: start), axes: axes, color)]
  }
}
