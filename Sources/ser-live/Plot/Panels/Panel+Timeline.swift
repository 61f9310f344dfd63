import Streaming

extension Panel {
  /// The posteriors over time, as stacked areas.
  static func posteriors(_ timeline: Timeline, start: Double) -> Panel {
    var panel = Panel(
      title: "Posteriors", detail: "of the ensemble, before smoothing", height: 200, yLabel: "probability",
      yRange: 0...1,
      ticks: [0, 0.5, 1].map { Tick(name: $0.decimals(1, trimmed: true), position: $0) }, hasKey: true)
    let posteriors = timeline.posteriors
    let times = timeline.columns
    guard posteriors.columns > 0 else { return panel }
    var base = [Float](repeating: 0, count: posteriors.columns)
    for emotion in timeline.labels.emotions.indices {
      let top = zip(base, posteriors[value: emotion]).map { $0 + $1 }
      let points = base.indices.flatMap { [Float(start + times.start + Double($0) * times.step), base[$0], top[$0]] }
      let color = EmotionColors.color(of: emotion, in: timeline.labels).hex
      let name = GnuplotScript.quoted(timeline.labels.emotions[emotion])
      panel.layers.append(
        .series(
          .points(points, columns: 3, "using 1:2:3 with filledcurves fs solid noborder fc rgb '\(color)' title \(name)")
        ))
      base = top
    }
    return panel
  }

  /// The posteriors as a row of shades for each emotion, for a terminal.
  static func posteriorRows(_ timeline: Timeline, start: Double) -> Panel {
    let labels = timeline.labels.emotions
    var panel = Panel(
      title: "Posteriors", height: 200, lines: labels.count + 1, grows: false, yLabel: "",
      yRange: -0.5...Double(labels.count) - 0.5,
      ticks: labels.enumerated().map { Tick(name: $1, position: Double(labels.count - 1 - $0)) },
      colors: ColorScale(map: .viridis, label: "probability", range: 0...1))
    let posteriors = timeline.posteriors
    if posteriors.columns > 0 {
      let times = timeline.columns
      let rows = labels.indices.reversed().flatMap { posteriors[value: $0] }
      panel.layers = [
        .grid(
          Grid(values: rows, columns: posteriors.columns, x: (start + times.start, times.step), y: (0, 1)))
      ]
    }
    return panel
  }

  /// The stable labels and the predictions for utterances, as coloured bands with their names where there is room.
  ///
  /// - Parameters:
  ///   - end: of the excerpt, in seconds since its start.
  ///   - letters: number of letters that fit into the width of the panel.
  ///   - isText: whether only names are visible.
  static func labels(_ timeline: Timeline, start: Double, end: Double, letters: Double, isText: Bool) -> Panel {
    let labels = timeline.labels
    var panel = Panel(
      title: "Labels", detail: "stable label and label on each utterance", height: 64, lines: 3, grows: false,
      yLabel: "",
      yRange: 0...2, ticks: [Tick(name: "label", position: 1.5), Tick(name: "utterance", position: 0.5)],
      settings: ["set ytics scale 0"], hasKey: !isText)
    let bands =
      timeline.stretches(end: end).map {
        Band(label: $0.label, name: labels[$0.label], from: $0.from, to: $0.to, bottom: 1)
      }
      + timeline.utterances.map {
        let label = Label.emotion($0.label)
        return Band(
          label: label, name: "\(labels[label]) \($0.confidence.decimals(2))", from: $0.start, to: $0.end, bottom: 0)
      }
    panel.add(bands, labels, start: start, end: end, letters: letters, isText: isText)
    return panel
  }

  /// The most probable emotion of each row, and the labels under each of the smoother's presets.
  ///
  /// - Parameters: as for `labels`.
  static func smoothing(_ timeline: Timeline, start: Double, end: Double, letters: Double, isText: Bool) -> Panel {
    let presets = SmootherPreset.allCases
    let count = Double(presets.count)
    var panel = Panel(
      title: "Labels", detail: "by the settings of --smoothing", height: 130, lines: presets.count + 1, grows: false,
      yLabel: "", yRange: 0...count,
      ticks: presets.enumerated().map { Tick(name: $1.rawValue, position: count - 0.5 - Double($0)) },
      // Otherwise the longest name would not fit beside the panel.
      settings: [isText ? "set ytics scale 0" : "set ytics scale 0 font ',9'"], hasKey: !isText)
    let bands = zip(presets.indices, timeline.presetChanges).flatMap { index, changes in
      Timeline.stretches(changes, end: end).map {
        Band(
          label: $0.label, name: timeline.labels[$0.label], from: $0.from, to: $0.to, bottom: count - 1 - Double(index))
      }
    }
    panel.add(bands, timeline.labels, start: start, end: end, letters: letters, isText: isText)
    return panel
  }

  /// Draws bands, with their names where there is room.
  private mutating func add(
    _ bands: [Band], _ labels: LabelSet, start: Double, end: Double, letters: Double, isText: Bool
  ) {
    if !isText { layers = Self.boxes(bands, labels, start: start) }
    for (index, band) in bands.enumerated() where band.label != .silence {
      guard (band.to - band.from) / end * letters > Double(band.name.count) + 1 else { continue }
      let color = EmotionColors.color(of: band.label, in: labels)
      let textColor = isText ? color : color.isDark ? Color(0xFFFFFF) : Color(0x000000)
      settings.append(
        "set label \(10 + index) \(GnuplotScript.quoted(band.name)) "
          + "at \(start + (band.from + band.to) / 2),\(band.bottom + 0.5) center front tc rgb '\(textColor.hex)'")
    }
  }

  /// A time range with one label; `bottom` is its position on the left axis.
  private struct Band {
    var label: Label
    var name: String
    var from, to: Double
    var bottom: Double
  }

  /// One series of boxes for each colour. Labels other than emotions are named on the right.
  private static func boxes(_ bands: [Band], _ labels: LabelSet, start: Double) -> [Layer] {
    let all = [.silence, .uncertain] + labels.emotions.indices.map { Label.emotion($0) }
    return all.compactMap { label in
      let bands = bands.filter { $0.label == label }
      guard !bands.isEmpty else { return nil }
      let points = bands.flatMap { band in
        let (from, to) = (Float(start + band.from), Float(start + band.to))
        return [
          (from + to) / 2, Float(band.bottom + 0.5), from, to, Float(band.bottom + 0.06), Float(band.bottom + 0.94),
        ]
      }
      let color = EmotionColors.color(of: label, in: labels).hex
      let title = if case .emotion = label { "notitle" } else { "title \(GnuplotScript.quoted(labels[label]))" }
      return .series(
        .points(
          points, columns: 6, "using 1:2:3:4:5:6 with boxxyerror fs solid noborder fc rgb '\(color)' \(title)"))
    }
  }
}
