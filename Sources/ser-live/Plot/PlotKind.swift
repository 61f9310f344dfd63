import ArgumentParser

/// The kinds of plots of a recording.
enum PlotKind: String, CaseIterable, Sendable, ExpressibleByArgument {
  case waveform, spectrogram, mel, mfcc, chroma, contrast, centroid, rolloff, pitch, labels
  /// Labels under each of the smoother's presets.
  case smoothing
  /// All kinds except `smoothing`.
  case all

  /// The kinds that it stands for.
  var pictures: [PlotKind] {
    self == .all ? Self.allCases.filter { $0 != .all && $0 != .smoothing } : [self]
  }
}
