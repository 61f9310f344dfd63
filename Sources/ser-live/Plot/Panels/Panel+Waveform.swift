import Glibc

extension Panel {
  /// The waveform, as minimum and maximum of each moment.
  static func waveform(_ analysis: RecordingAnalysis, height: Double = 300) -> Panel {
    let envelope = analysis.envelope
    let stretches = envelope.extremes.count / 2
    let step = Double(envelope.stretch) / Double(analysis.sampleRate)
    var points: [Float] = []
    points.reserveCapacity(3 * stretches)
    for i in 0..<stretches {
      points.append(Float(analysis.start + (Double(i) + 0.5) * step))
      points.append(envelope.extremes[2 * i])
      points.append(envelope.extremes[2 * i + 1])
    }
    let peak = Double(envelope.extremes.reduce(0) { max($0, abs($1)) })
    // Silence is a line, not noise scaled to the panel.
    let limit = max(1.1 * peak, 0.01)
    // The largest of 1, 2 and 5 times a power of ten within the panel.
    let power = pow(10, log10(limit).rounded(.down))
    let mark = power * (limit < 2 * power ? 1 : limit < 5 * power ? 2 : 5)
    return Panel(
      title: "Waveform", height: height, lines: 4, yLabel: "amplitude", yRange: -limit...limit,
      ticks: [-1, 0, 1].map { Tick(name: ($0 * mark).decimals(6, trimmed: true), position: $0 * mark) },
      layers: [.envelope(points, PanelColors.wave)])
  }
}
