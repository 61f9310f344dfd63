import Capture
import Streaming

/// Computes the rows of recordings, identical to those in live use and training.
struct FeatureExtractor: Sendable {
  var listening: ListeningConfiguration
  /// nil for unchanged levels.
  var normalization: LevelNormalization?
  /// Length in seconds to which recordings are padded or trimmed; nil for unchanged lengths.
  var length: Double?
  /// Whether rows outside utterances are omitted.
  var speechOnly = false
  /// The channels to read.
  var channel = ChannelChoice.mix

  /// The result for a recording.
  struct Result {
    var table: FeatureTable
    /// Whether the recording could not be normalised because its level is undefined.
    var hasNoLevel: Bool
  }

  /// The rows of a recording: one table, or one for each separate channel.
  ///
  /// - Throws: the errors of `FileSource`.
  func extract(_ path: String) throws -> [Result] {
    guard channel == .each else { return [try extract(path, channel.selection)] }
    // The file is read once per channel, so a pipe is not possible.
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

  /// Reads all samples, padded or trimmed to the requested length.
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
