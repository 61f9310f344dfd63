import Capture
import Streaming
import Support

/// The data of a recording's pictures, collected in one pass; memory does not grow with its length.
struct RecordingAnalysis: Sendable {
  /// The requested analyses.
  struct Wishes: Sendable {
    var spectral = false
    var tonal = false
    /// The recognizer to run.
    var recognizer: Recognizer?
    /// Whether labels under each of the smoother's presets are needed as well.
    var triesPresets = false
    /// Level normalisation of the recording; nil for none.
    var normalization: LevelNormalization?
    /// Preprocessing ahead of features; a recognizer has its own.
    var preprocessing = PreprocessingConfiguration()
    /// The channels to analyse.
    var channel = ChannelSelection.mix
  }

  /// A part of a recording, in seconds.
  struct Excerpt: Sendable, Equatable {
    var start = 0.0
    /// nil for the whole rest.
    var duration: Double?
  }

  let path: String
  let windows: PlotWindows
  /// Where the excerpt starts, in seconds since the start of the recording.
  let start: Double
  /// Of the recording.
  let sampleRate: Int
  /// Whether the recording could not be normalised because its level is undefined.
  let hasNoLevel: Bool
  /// Warnings about its channels.
  let warnings: [CaptureWarning]
  let envelope: Envelope
  /// nil where not requested, or shorter than a window.
  let spectral, tonal: FeaturePicture?
  /// nil without a recognizer.
  let timeline: Timeline?

  /// In seconds.
  var duration: Double { Double(envelope.count) / Double(sampleRate) }

  /// Reads a recording through the stages of live use.
  ///
  /// - Parameter limit: of a picture's columns, even.
  /// - Throws: the errors of `NormalizedFileSource`; an `OperationError` where the excerpt contains no sample.
  init(
    path: String, _ excerpt: Excerpt, _ windows: PlotWindows, _ wishes: Wishes, limit: Int
  ) throws {
    var source = try StandardInput.recording(path, normalization: wishes.normalization, channel: wishes.channel)
    let rate = source.sampleRate
    var conditioner = try SignalConditioner(
      wishes.preprocessing, from: rate, to: windows.spectral.sampleRate)
    var envelope = Envelope(limit: limit)
    var spectral = wishes.spectral ? try FeatureTrack(windows.spectral, limit: limit) : nil
    var tonal = wishes.tonal ? try FeatureTrack(windows.tonal, limit: limit) : nil
    var recorder = try wishes.recognizer.map {
      try TimelineRecorder($0, inputRate: rate, limit: limit, triesPresets: wishes.triesPresets)
    }
    var skip = Int((excerpt.start * Double(rate)).rounded())
    var rest = excerpt.duration.map { max(1, Int(($0 * Double(rate)).rounded())) } ?? .max
    var buffer = [Float](repeating: 0, count: 16384)
    while rest > 0 {
      var span = buffer.mutableSpan
      let count = try source.read(into: &span)
      if count == 0 { break }
      let first = min(skip, count)
      let last = rest < count - first ? first + rest : count
      skip -= first
      rest -= last - first
      let samples = buffer.span.extracting(first..<last)
      envelope.push(samples)
      recorder?.push(samples)
      if wishes.spectral || wishes.tonal {
        conditioner.push(samples) { clean in
          spectral?.push(clean)
          tonal?.push(clean)
        }
      }
    }
    guard envelope.count > 0 else {
      let end = excerpt.start - Double(skip) / Double(rate)
      throw OperationError(
        .badData,
        "\(path) ends at \(end.decimals(3, trimmed: true)) s: there is nothing from "
          + "\(excerpt.start.decimals(3, trimmed: true)) s on")
    }
    conditioner.finish { clean in
      spectral?.push(clean)
      tonal?.push(clean)
    }
    self.path = path
    self.windows = windows
    start = excerpt.start
    sampleRate = rate
    hasNoLevel = wishes.normalization != nil && source.gain == nil
    warnings = source.takeWarnings()
    self.envelope = envelope
    self.spectral = spectral?.finish()
    self.tonal = tonal?.finish()
    timeline = recorder?.finish()
  }

  /// The requested features.
  ///
  /// - Throws: an `OperationError` where the excerpt is shorter than a window.
  func spectralFeatures() throws(OperationError) -> FeaturePicture {
    guard let spectral else { throw tooShort(windows.spectral) }
    return spectral
  }

  /// See `spectralFeatures`.
  func tonalFeatures() throws(OperationError) -> FeaturePicture {
    guard let tonal else { throw tooShort(windows.tonal) }
    return tonal
  }

  private func tooShort(_ frontEnd: FrontEndConfiguration) -> OperationError {
    OperationError(
      .badData,
      "\(path) is too short: \((1000 * duration).decimals(1, trimmed: true)) ms are less than a window of "
        + "\(frontEnd.windowMilliseconds.decimals(2, trimmed: true)) ms")
  }
}
