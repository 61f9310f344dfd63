import Streaming

/// A recognizer's results for a recording, row by row.
struct Timeline: Sendable {
  let labels: LabelSet
  /// The posterior after each row, before smoothing, all zero where there is no speech; merged to columns.
  fileprivate(set) var posteriors: RowColumns
  /// Changes of the stable label, in the order of their times.
  fileprivate(set) var changes: [LabelChange] = []
  fileprivate(set) var utterances: [Utterance] = []
  /// Changes of the label under each of the smoother's presets, in their order; empty where not requested.
  fileprivate(set) var presetChanges: [[LabelChange]] = []
  /// Seconds from the start of the recording to the end of the first row, where its posterior is available, and from
  /// there to that of the next.
  let rows: (start: Double, step: Double)

  /// Seconds from the start of the recording to the first column of the posteriors, and from there to the next.
  var columns: (start: Double, step: Double) {
    let joined = Double(posteriors.rowsPerColumn)
    return (rows.start + (joined - 1) / 2 * rows.step, joined * rows.step)
  }

  /// The sections of the stable label up to `end` seconds, without gaps, from silence at 0.
  func stretches(end: Double) -> [(label: Label, from: Double, to: Double)] {
    Self.stretches(changes, end: end)
  }

  /// The sections of other changes.
  static func stretches(_ changes: [LabelChange], end: Double) -> [(label: Label, from: Double, to: Double)] {
    var result: [(label: Label, from: Double, to: Double)] = [(.silence, 0, end)]
    for change in changes where change.time < end {
      result[result.count - 1].to = change.time
      result.append((change.label, change.time, end))
    }
    return result
  }
}

/// Processes a recording as in live use, and stores the results of networks and smoother.
struct TimelineRecorder: ~Copyable {
  private var stream: UtteranceStream
  private var receiver: Receiver

  /// - Parameters:
  ///   - inputRate: samples per second of the input.
  ///   - limit: of columns, even.
  ///   - triesPresets: whether to run each of the smoother's presets as well.
  /// - Throws: the errors of `Pipeline` for this recognizer.
  init(_ recognizer: Recognizer, inputRate: Int, limit: Int, triesPresets: Bool = false) throws {
    let frontEnd = recognizer.configuration.frontEnd
    let rate = Double(frontEnd.sampleRate)
    for network in recognizer.networks { try network.requireStreaming() }
    stream = try UtteranceStream(
      frontEnd: frontEnd, gate: recognizer.configuration.gate, preprocessing: recognizer.configuration.preprocessing,
      inputRate: inputRate)
    receiver = Receiver(
      RecognizerSession(recognizer),
      Timeline(
        labels: recognizer.labels,
        posteriors: RowColumns(joining: recognizer.labels.emotions.map { _ in .mean }, limit: limit),
        rows: (Double(frontEnd.window) / rate, Double(frontEnd.hop) / rate)),
      (triesPresets ? SmootherPreset.allCases : []).map {
        Smoother(labels: recognizer.labels.emotions.count, configuration: $0.configuration)
      })
    receiver.timeline.presetChanges = receiver.smoothers.map { _ in [] }
  }

  mutating func push(_ samples: Span<Float>) {
    stream.push(samples, to: &receiver)
    receiver.collect()
  }

  consuming func finish() -> Timeline {
    stream.finish(to: &receiver)
    receiver.finish()
    return receiver.timeline
  }

  private struct Receiver: UtteranceReceiver {
    var recognition: RecognizerSession
    var timeline: Timeline
    /// One for each tried preset.
    var smoothers: [Smoother]
    /// Rows processed.
    var rowCount = 0
    /// The columns at the beginning of the last utterance.
    private var posteriorsBefore: RowColumns

    init(_ recognition: RecognizerSession, _ timeline: Timeline, _ smoothers: [Smoother]) {
      self.recognition = recognition
      self.timeline = timeline
      self.smoothers = smoothers
      posteriorsBefore = timeline.posteriors
    }

    mutating func utteranceBegan(row: Int) {
      recognition.utteranceBegan(row: row)
      posteriorsBefore = timeline.posteriors
    }

    mutating func utteranceRestarted(row: Int) {
      recognition.utteranceRestarted(row: row)
      for index in smoothers.indices { smoothers[index].restartUtterance() }
      timeline.posteriors = posteriorsBefore
    }

    mutating func utterance(row: Int, _ features: Span<Float>) {
      recognition.utterance(row: row, features)
      fill(to: row)
      let posterior = recognition.posterior
      timeline.posteriors.push(posterior.span)
    }

    mutating func utteranceEnded(row: Int) { recognition.utteranceEnded(row: row) }

    mutating func received(row: Int, voiceActivity: VoiceActivityFeatures, isSpeech: Bool) {
      recognition.received(row: row, voiceActivity: voiceActivity, isSpeech: isSpeech)
      rowCount = row + 1
      settle(row: row, isSpeech: isSpeech)
    }

    private mutating func settle(row: Int, isSpeech: Bool) {
      let posterior = recognition.posterior
      let time = timeline.rows.start + Double(row) * timeline.rows.step
      for index in smoothers.indices {
        if let change = smoothers[index].step(time: time, speech: isSpeech, probabilities: posterior.span) {
          timeline.presetChanges[index].append(change)
        }
      }
    }

    /// Rows up to `row` outside of utterances are not speech.
    private mutating func fill(to row: Int) {
      let nothing = [Float](repeating: 0, count: timeline.posteriors.width)
      while timeline.posteriors.rows < row { timeline.posteriors.push(nothing.span) }
    }

    mutating func collect() {
      for event in recognition.events {
        switch event {
        case .label(let change): timeline.changes.append(change)
        case .utterance(let utterance): timeline.utterances.append(utterance)
        }
      }
      recognition.events.removeAll(keepingCapacity: true)
    }

    /// Ends the stream: the remaining rows belong to no utterance.
    mutating func finish() {
      recognition.finish()
      collect()
      fill(to: rowCount)
      timeline.posteriors.finish()
    }
  }
}
