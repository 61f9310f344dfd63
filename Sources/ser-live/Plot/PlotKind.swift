import ArgumentParser

/// What there is to see of a recording.
enum PlotKind: String, CaseIterable, Sendable, ExpressibleByArgument {
  case waveform, spectrogram, mel, mfcc, chroma, contrast, centroid, rolloff, pitch, labels
  /// Labels by each of the smoother's ready-made settings.
  case smoothing
  /// Each of those that show what is heard.
  case all

  /// The pictures that it stands for.
  var pictures: [PlotKind] {
    self == .all ? Self.allCases.filter { $0 != .all && $0 != .smoothing } : [self]
  }
}
