import ArgumentParser

/// What there is to see of a recording.
enum PlotKind: String, CaseIterable, Sendable, ExpressibleByArgument {
  case waveform, spectrogram, mel, mfcc, chroma, contrast, centroid, rolloff, pitch, labels
  /// Each of the others.
  case all

  /// The pictures that it stands for.
  var pictures: [PlotKind] {
    self == .all ? Self.allCases.filter { $0 != .all } : [self]
  }
}
