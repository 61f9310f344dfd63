import Capture

/// A live source that delivers silence while it is paused, so that the sample index stays correct and the source is not
/// blocked.
struct PausableSource<Source: AudioSource & ~Copyable>: AudioSource, ~Copyable {
  private var source: Source
  private let controls: SessionControls

  init(_ source: consuming Source, _ controls: SessionControls) {
    self.source = source
    self.controls = controls
  }

  var sampleRate: Int { source.sampleRate }

  var deliveredChannels: Int { source.deliveredChannels }

  var isSubstitute: Bool { source.isSubstitute }

  mutating func read(into buffer: inout MutableSpan<Float>) throws(CaptureError) -> Int {
    let count = try source.read(into: &buffer)
    if controls.isPaused {
      for index in 0..<count { buffer[index] = 0 }
    }
    return count
  }

  mutating func takeWarnings() -> [CaptureWarning] { source.takeWarnings() }

  func captureTime(ofSample sample: Int) -> Double? { source.captureTime(ofSample: sample) }

  var captureStatistics: CaptureStatistics? { source.captureStatistics }
}
