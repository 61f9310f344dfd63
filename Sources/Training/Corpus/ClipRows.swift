import Capture
import Streaming

/// The utterances of one clip, as the live path cuts them.
struct ClipRows: Sendable {
  /// Feature rows of each utterance, [rows × width].
  var utterances: [[Float]] = []
  /// Statistics of all their rows.
  var statistics: FeatureStatistics

  let width: Int

  init(width: Int) {
    self.width = width
    statistics = FeatureStatistics(width: width)
  }

  var rowCount: Int { utterances.reduce(0) { $0 + $1.count / width } }
}

extension ClipRows: UtteranceReceiver {
  mutating func utteranceBegan(row: Int) { utterances.append([]) }

  mutating func utterance(row: Int, _ features: Span<Float>) {
    statistics.add(features)
    for i in features.indices { utterances[utterances.count - 1].append(features[i]) }
  }

  mutating func utteranceEnded(row: Int) {}

  mutating func heard(row: Int, acoustics: Acoustics, isSpeech: Bool) {}
}

/// Turns recordings into rows through the very stages that listen live.
struct RowExtractor: Sendable {
  let frontEnd: FrontEndConfiguration
  let gate: SpeechGateConfiguration
  let preprocessing: PreprocessingConfiguration

  init(_ configuration: RecognizerConfiguration) {
    frontEnd = configuration.frontEnd
    gate = configuration.gate
    preprocessing = configuration.preprocessing
  }

  /// The rows of each version of a recording.
  func rows(ofFile path: String, versions: [Version]) throws -> [ClipRows] {
    var source = try FileSource(path: path)
    let samples = try source.readAll()
    let rate = source.sampleRate
    let needsStretch = versions.contains {
      if case .tempo = $0 { true } else if case .pitch = $0 { true } else { false }
    }
    // Stretching at the pipeline's own rate costs a third of what it does at 48 kHz.
    let narrow = needsStretch ? try resample(samples, from: rate) : []
    return try versions.map { version in
      switch version {
      case .original: try rows(samples, sampleRate: rate)
      // Sound that says it was sampled faster than it was plays faster.
      case .speed(let factor): try rows(samples, sampleRate: Int((Double(rate) * factor).rounded()))
      case .tempo(let factor): try rows(stretch(narrow, tempo: factor), sampleRate: frontEnd.sampleRate)
      case .pitch(let semitones): try rows(stretch(narrow, semitones: semitones), sampleRate: frontEnd.sampleRate)
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

  private func resample(_ samples: [Float], from rate: Int) throws -> [Float] {
    var resampler = try Resampler(from: rate, to: frontEnd.sampleRate)
    var result: [Float] = []
    resampler.push(samples.span) { piece in result.append(contentsOf: piece) }
    resampler.finish { piece in result.append(contentsOf: piece) }
    return result
  }
}

extension [Float] {
  fileprivate mutating func append(contentsOf span: Span<Float>) {
    for i in span.indices { append(span[i]) }
  }
}
