import Streaming

/// The windows that pictures look at a recording through, at the front end's 16 kHz.
struct PlotWindows: Sendable, Equatable {
  /// Length of a window in ms; nil for 32 ms, a usual one, and 80 ms for pitch and chroma, which need several periods of
  /// a voice.
  var window: Double?
  /// From one window to the next, in ms.
  var hop = 8.0

  /// Limits of `window` in ms: three periods of the highest pitch and more, and what still is a moment.
  static let window = 6.0...500
  /// Limits of `hop` in ms.
  static let hop = 1.0...500

  /// Three periods of the lowest pitch that is looked for.
  private static let shortestForPitch = 50.0

  /// For everything that shows a spectrum.
  var spectral: FrontEndConfiguration {
    var configuration = FrontEndConfiguration()
    configuration.windowMilliseconds = window ?? 32
    configuration.melBands = 64
    configuration.cepstralCoefficients = 20
    configuration.features = [.spectrogram, .mel, .mfcc, .contrast, .centroid, .rolloff, .level]
    return withTransform(configuration)
  }

  /// For pitch and chroma; the window is never shorter than pitch needs.
  var tonal: FrontEndConfiguration {
    var configuration = FrontEndConfiguration()
    configuration.windowMilliseconds = max(window ?? 80, Self.shortestForPitch)
    configuration.features = [.chroma, .pitch, .voicing, .level]
    return withTransform(configuration)
  }

  /// With the transform that the window needs: not so short that mel bands would lie between its frequencies.
  private func withTransform(_ configuration: FrontEndConfiguration) -> FrontEndConfiguration {
    var configuration = configuration
    configuration.hopMilliseconds = hop
    configuration.fftSize = 1024
    while configuration.fftSize < configuration.window { configuration.fftSize *= 2 }
    return configuration
  }
}
