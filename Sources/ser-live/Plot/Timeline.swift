import Streaming

/// What a recognizer makes of a recording, from row to row.
struct Timeline: Sendable {
  let labels: LabelSet
  /// The posterior after each row, before smoothing, all zero where there is no speech; joined to columns.
  fileprivate(set) var posteriors: RowColumns
  /// Changes of the stable label, in the order of their times.
  fileprivate(set) var changes: [LabelChange] = []
  fileprivate(set) var utterances: [Utterance] = []
  /// Changes of the label by each of the smoother's ready-made settings, in their order; empty where not wished for.
  fileprivate(set) var presetChanges: [[LabelChange]] = []
  /// Seconds from the start of the recording to the end of the first row, and from there to that of the next: only then
  /// a row's posterior is known.
  let rows: (start: Double, step: Double)

  /// Seconds from the start of the recording to the first column of the posteriors, and from there to the next.
  var columns: (start: Double, step: Double) {
    let joined = Double(posteriors.rowsPerColumn)
    return (rows.start + (joined - 1) / 2 * rows.step, joined * rows.step)
  }

  /// The stretches of the stable label up to `end` seconds, without gaps, from silence at 0.
  func stretches(end: Double) -> [(label: Label, from: Double, to: Double)] {
    Self.stretches(changes, end: end)
  }

  /// The same of other changes.
  static func stretches(_ changes: [LabelChange], end: Double) -> [(label: Label, from: Double, to: Double)] {
    var result: [(label: Label, from: Double, to: Double)] = [(.silence, 0, end)]
    for change in changes where change.time < end {
      result[result.count - 1].to = change.time
      result.append((change.label, change.time, end))
    }
    return result
  }
}

/// Hears a recording as the live path does, and writes down what networks and smoother say.
struct TimelineRecorder: ~Copyable {
  private var stream: UtteranceStream
  private var receiver: Receiver

  /// - Parameters:
  ///   - inputRate: samples per second of what is pushed.
  ///   - limit: of columns, even.
  ///   - triesPresets: whether to hear with each of the smoother's ready-made settings as well.
  /// - Throws: what `Pipeline` throws for this recognizer.
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
    /// One for each of the ready-made settings that are tried.
    var smoothers: [Smoother]
    /// Rows heard.
    var rowCount = 0
    /// What there was when the last utterance began.
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

    /// Rows up to `row` that no utterance has claimed are no speech.
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

    /// Ends the stream: no utterance can claim what is left.
    mutating func finish() {
      recognition.finish()
      collect()
      fill(to: rowCount)
      timeline.posteriors.finish()
    }
  }
}
