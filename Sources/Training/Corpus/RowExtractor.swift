import Streaming

/// Converts recordings to rows through the stages of live use.
struct RowExtractor: Sendable {
  let frontEnd: FrontEndConfiguration
  let gate: SpeechGateConfiguration
  let preprocessing: PreprocessingConfiguration

  init(_ configuration: RecognizerConfiguration) {
    frontEnd = configuration.frontEnd
    gate = configuration.gate
    preprocessing = configuration.preprocessing
  }

  /// The rows of the original and the deterministic copies of a recording.
  func rows(ofFile path: String, versions: [Version]) throws -> [ClipRows] {
    try rows(Sound(path: path), versions: versions) { _ in preconditionFailure("nobody makes copies") }
  }

  /// The rows of the original and all copies of a sound.
  ///
  /// - Parameter copy: makes the copy with the given number.
  func rows(_ sound: Sound, versions: [Version], copy: (Int) throws -> Sound) throws -> [ClipRows] {
    let needsStretch = versions.contains {
      if case .tempo = $0 { true } else if case .pitch = $0 { true } else { false }
    }
    // Stretching at the pipeline's own rate costs a third of stretching at 48 kHz.
    let narrow = needsStretch ? try sound.resampled(to: frontEnd.sampleRate).samples : []
    return try versions.map { version in
      switch version {
      case .original: return try rows(sound.samples, sampleRate: sound.rate)
      // A higher nominal sample rate makes the sound faster.
      case .speed(let factor): return try rows(sound.samples, sampleRate: Int((Double(sound.rate) * factor).rounded()))
      case .tempo(let factor): return try rows(stretch(narrow, tempo: factor), sampleRate: frontEnd.sampleRate)
      case .pitch(let semitones):
        return try rows(stretch(narrow, semitones: semitones), sampleRate: frontEnd.sampleRate)
      case .copy(let index):
        let copied = try copy(index)
        return try rows(copied.samples, sampleRate: copied.rate)
      }
    }
  }

  /// The rows of a whole recording.
  func rows(_ samples: [Float], sampleRate: Int) throws -> ClipRows {
    var stream = try UtteranceStream(
      frontEnd: frontEnd, gate: gate, preprocessing: preprocessing, inputRate: sampleRate)
    var rows = ClipRows(width: stream.layout.width)
    stream.push(samples.span, to: &rows)
    stream.finish(to: &rows)
    return rows
  }

  private func stretch(_ samples: [Float], tempo: Double = 1, semitones: Double = 0) -> [Float] {
    TimeStretch.apply(samples, sampleRate: frontEnd.sampleRate, tempo: tempo, semitones: semitones)
  }
}
