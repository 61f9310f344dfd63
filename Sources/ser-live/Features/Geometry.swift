import Streaming

/// Which samples a row is made of.
struct Geometry: Encodable, Sendable, Equatable {
  /// Samples per second of the sound that rows are made of, whatever the recording's own.
  let sampleRate: Int
  /// Samples of a row's window.
  let window: Int
  /// Samples from the start of a row's window to that of the next.
  let hop: Int
  /// Points of the Fourier transform.
  let fftSize: Int
  let windowShape: WindowShape

  init(_ configuration: FrontEndConfiguration) {
    sampleRate = configuration.sampleRate
    window = configuration.window
    hop = configuration.hop
    fftSize = configuration.fftSize
    windowShape = configuration.windowShape
  }

  /// Seconds from the first sample of a recording to the window of a row.
  func start(ofRow row: Int) -> Double { Double(row * hop) / Double(sampleRate) }
}
