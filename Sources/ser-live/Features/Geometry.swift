import Streaming

/// The samples of a row.
struct Geometry: Encodable, Sendable, Equatable {
  /// Samples per second of the front end's input, independent of the recording's own rate.
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
