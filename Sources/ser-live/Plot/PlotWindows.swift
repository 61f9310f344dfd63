import Streaming

/// The analysis windows of pictures, at the front end's 16 kHz.
struct PlotWindows: Sendable, Equatable {
  /// Length of a window in ms; nil for 32 ms, and 80 ms for pitch and chroma, which need several periods of a voice.
  var window: Double?
  /// From one window to the next, in ms.
  var hop = 8.0

  /// Limits of `window` in ms: from three periods of the highest pitch to the length of a moment.
  static let window = 6.0...500
  /// Limits of `hop` in ms.
  static let hop = 1.0...500

  /// Three periods of the lowest detectable pitch.
  private static let shortestForPitch = 50.0

  /// The front end for spectral plots.
  var spectral: FrontEndConfiguration {
    var configuration = FrontEndConfiguration()
    configuration.windowMilliseconds = window ?? 32
    configuration.melBands = 64
    configuration.cepstralCoefficients = 20
    configuration.features = [.spectrogram, .mel, .mfcc, .contrast, .centroid, .rolloff, .level]
    return withTransform(configuration)
  }

  /// The front end for pitch and chroma; the window is never shorter than pitch needs.
  var tonal: FrontEndConfiguration {
    var configuration = FrontEndConfiguration()
    configuration.windowMilliseconds = max(window ?? 80, Self.shortestForPitch)
    configuration.features = [.chroma, .pitch, .voicing, .level]
    return withTransform(configuration)
  }

  /// Chooses the transform size for the window: not so short that mel bands would lie between its bins.
  private func withTransform(_ configuration: FrontEndConfiguration) -> FrontEndConfiguration {
    var configuration = configuration
    configuration.hopMilliseconds = hop
    configuration.fftSize = 1024
    while configuration.fftSize < configuration.window { configuration.fftSize *= 2 }
    return configuration
  }
}
