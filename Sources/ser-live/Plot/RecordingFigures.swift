import Streaming
import Support

/// The figures of a recording.
struct RecordingFigures {
  let analysis: RecordingAnalysis
  /// The title of a figure: the recording's name, or the user's choice.
  let title: String

  /// The analyses for figures of these kinds.
  static func wishes(_ kinds: [PlotKind], _ recognizer: Recognizer?) -> RecordingAnalysis.Wishes {
    RecordingAnalysis.Wishes(
      spectral: kinds.contains { [.spectrogram, .mel, .mfcc, .contrast, .centroid, .rolloff].contains($0) },
      tonal: kinds.contains { [.spectrogram, .chroma, .pitch].contains($0) },
      recognizer: kinds.contains(.labels) || kinds.contains(.smoothing) ? recognizer : nil,
      triesPresets: kinds.contains(.smoothing))
  }

  /// All kinds in one figure.
  ///
  /// - Parameter width: of a picture in pixels, or of a terminal in characters.
  /// - Throws: an `OperationError` where the recording is too short for one of them.
  func figure(_ kinds: [PlotKind], width: Int, isText: Bool) throws(OperationError) -> Figure {
    var panels: [Panel] = []
    for kind in kinds { panels += try self.panels(kind, among: kinds, width: width, isText: isText) }
    return Figure(title: title, time: analysis.start...analysis.start + analysis.duration, panels: panels)
  }

  private func panels(
    _ kind: PlotKind, among kinds: [PlotKind], width: Int, isText: Bool
  ) throws(OperationError) -> [Panel] {
    let start = analysis.start
    switch kind {
    case .waveform: return [.waveform(analysis, height: kinds.count == 1 ? 300 : 120)]
    case .spectrogram: return [try .spectrogram(analysis.spectralFeatures(), pitch: analysis.tonal, start: start)]
    case .mel: return [try .mel(analysis.spectralFeatures(), start: start)]
    case .mfcc: return [try .mfcc(analysis.spectralFeatures(), start: start)]
    case .chroma: return [try .chroma(analysis.tonalFeatures(), start: start)]
    case .contrast: return [try .contrast(analysis.spectralFeatures(), start: start)]
    // Both fit into one panel.
    case .centroid where kinds.contains(.rolloff):
      return [try .spectrogram(analysis.spectralFeatures(), with: [.centroid, .rolloff], start: start)]
    case .centroid: return [try .spectrogram(analysis.spectralFeatures(), with: [.centroid], start: start)]
    case .rolloff where kinds.contains(.centroid): return []
    case .rolloff: return [try .spectrogram(analysis.spectralFeatures(), with: [.rolloff], start: start)]
    case .pitch:
      let features = try analysis.tonalFeatures()
      return [.pitch(features, start: start), .voicing(features, start: start)]
    case .labels, .smoothing:
      let timeline = analysis.timeline!
      let posteriors = isText ? Panel.posteriorRows(timeline, start: start) : .posteriors(timeline, start: start)
      // A letter takes about 7 pixels; the margins beside the panels about 200.
      let letters = isText ? Double(width - 21) : Double(width - 200) / 7
      return (kinds.contains(.waveform) ? [] : [.waveform(analysis, height: 130)]) + [
        posteriors,
        kind == .labels
          ? .labels(timeline, start: start, end: analysis.duration, letters: letters, isText: isText)
          : .smoothing(timeline, start: start, end: analysis.duration, letters: letters, isText: isText),
      ]
    case .all: preconditionFailure("`all` stands for the others")
    }
  }
}
