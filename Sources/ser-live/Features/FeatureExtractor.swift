import Capture
import Streaming

/// Makes the rows of recordings that live and training see of the same sound.
struct FeatureExtractor: Sendable {
  var listening: ListeningConfiguration
  /// nil where recordings keep their level.
  var normalization: LevelNormalization?
  /// Seconds to which recordings are padded or trimmed; nil where they keep their length.
  var length: Double?
  /// Whether rows outside of utterances are left out.
  var speechOnly = false
  /// Which channels of recordings are read.
  var channel = ChannelChoice.mix

  /// What a recording was made into.
  struct Result {
    var table: FeatureTable
    /// Whether the recording was to be normalised and has no level, so that it was left as it is.
    var hasNoLevel: Bool
  }

  /// The rows of a recording: one table, or one for each of its channels where these are processed by themselves.
  ///
  /// - Throws: as `FileSource`.
  func extract(_ path: String) throws -> [Result] {
    guard channel == .each else { return [try extract(path, channel.selection)] }
    // It is read once for each, so it must be a file.
    return try NormalizedFileSource.channels(path: path).map { try extract(path, .only($0)) }
  }

  private func extract(_ path: String, _ channel: ChannelSelection) throws -> Result {
    var source = try StandardInput.recording(path, normalization: normalization, channel: channel)
    let table = try table(&source)
    ChannelOption.report(source.takeWarnings(), path)
    return Result(table: table, hasNoLevel: normalization != nil && source.gain == nil)
  }

  private func table(_ source: inout NormalizedFileSource) throws -> FeatureTable {
    let names = FeatureLayout(listening.frontEnd).columnNames
    if speechOnly {
      var stream = try UtteranceStream(
        frontEnd: listening.frontEnd, gate: listening.gate, preprocessing: listening.preprocessing,
        inputRate: source.sampleRate)
      var speech = SpeechRows()
      try read(&source) { samples in stream.push(samples, to: &speech) }
      stream.finish(to: &speech)
      return FeatureTable(columns: names, values: speech.values, rows: speech.utterances)
    }
    var stream = try RowStream(
      frontEnd: listening.frontEnd, preprocessing: listening.preprocessing, inputRate: source.sampleRate)
    var values: [Float] = []
    func keep(_ row: Span<Float>) {
      for index in row.indices { values.append(row[index]) }
    }
    try read(&source) { samples in stream.pushRows(samples, keep) }
    stream.finishRows(keep)
    return FeatureTable(columns: names, values: values, rows: [0..<values.count / names.count])
  }

  /// Reads all samples, at the length that is wanted.
  private func read(_ source: inout NormalizedFileSource, _ body: (Span<Float>) -> Void) throws {
    if let length {
      var samples = try source.readAll()
      samples.padOrTrim(to: Int((length * Double(source.sampleRate)).rounded()))
      body(samples.span)
      return
    }
    var buffer = [Float](repeating: 0, count: 16384)
    while true {
      var span = buffer.mutableSpan
      let count = try source.read(into: &span)
      if count == 0 { return }
      body(buffer.span.extracting(0..<count))
    }
  }
}
