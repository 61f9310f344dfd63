import Models
import Streaming
import Support

/// Observations of long recordings in the whole pipeline, as in live use.
public struct StreamTest: Sendable, Equatable {
  /// In playing order, speaker by speaker.
  public internal(set) var clips: [StreamedClip] = []
  /// Length of all recordings, in seconds.
  public internal(set) var seconds = 0.0
  /// Observations in the pauses between clips.
  public internal(set) var silence = Silence()

  /// Time in pauses between clips, after the gate must have closed.
  public struct Silence: Sendable, Equatable {
    /// Total, in seconds.
    public var seconds = 0.0
    /// Seconds with an emotion label.
    public var emotion = 0.0
    /// Seconds with the label `uncertain`.
    public var uncertain = 0.0

    /// - Parameters:
    ///   - start: of the pause.
    ///   - end: of the pause.
    ///   - grace: seconds after the start in which a label is still allowed.
    mutating func add(_ timeline: LabelTimeline, from start: Double, to end: Double, grace: Double) {
      for stretch in timeline.stretches(from: start + grace, to: end) {
        seconds += stretch.length
        switch stretch.label {
        case .silence: break
        case .uncertain: uncertain += stretch.length
        case .emotion: emotion += stretch.length
        }
      }
    }
  }
}

extension Recognizer {
  /// Joins the clips of each speaker to one long recording with pauses, and plays it through a `Pipeline`, a hundredth
  /// of a second at a time.
  ///
  /// - Parameters:
  ///   - corpus: whose labels are the recognizer's.
  ///   - profile: at the beginning of each recording, and of each clip alone.
  ///   - progress: called after each speaker, from several threads.
  /// - Throws: where a network cannot process a stream row by row, a recording or the noise is unreadable, or a rate
  ///   cannot be converted.
  public func streamTest(
    _ corpus: Corpus, _ settings: StreamSettings, profile: VoiceProfile? = nil,
    progress: @Sendable (_ speaker: String) -> Void = { _ in }
  ) throws -> StreamTest {
    let tests = try Parallel.map(corpus.speakers) { speaker in
      let clips = corpus.clips.indices.filter { corpus.clips[$0].speaker == speaker }
      var player = try StreamPlayer(self, profile, LongRecording(corpus, clips, settings))
      let test = try player.play(corpus)
      progress(speaker)
      return test
    }
    return tests.reduce(into: StreamTest()) { all, test in
      all.clips += test.clips
      all.seconds += test.seconds
      all.silence.seconds += test.silence.seconds
      all.silence.emotion += test.silence.emotion
      all.silence.uncertain += test.silence.uncertain
    }
  }
}

/// Plays one long recording.
private struct StreamPlayer: ~Copyable {
  private let labels: Int
  private var recording: LongRecording
  /// Processes the recording.
  private var pipeline: Pipeline
  /// Processes each clip alone.
  private var single: Pipeline
  private var listener = Listener()
  /// Seconds after which a label must be gone in a pause.
  private let grace: Double
  /// Number of samples played.
  private var position = 0

  /// Maximum delay from a row's end to its output: the rest of the row in which the hang-over ends, the delay of the
  /// resampler, and the size of a pushed piece. In seconds.
  private static let delay = 0.1

  init(_ recognizer: Recognizer, _ profile: VoiceProfile?, _ recording: LongRecording) throws {
    let pipeline = try Pipeline(recognizer, profile: profile, inputRate: recording.rate)
    let single = try Pipeline(recognizer, profile: profile, inputRate: recording.rate)
    labels = recognizer.labels.emotions.count
    self.recording = recording
    self.pipeline = pipeline
    self.single = single
    grace = recognizer.configuration.gate.hangOver + Self.delay
  }

  /// Seconds played.
  private var time: Double { Double(position) / Double(recording.rate) }

  mutating func play(_ corpus: Corpus) throws -> StreamTest {
    var pauses: [(start: Double, end: Double)] = []
    var clips: [(clip: Int, begin: Double, onset: Double?, alone: Int?)] = []
    while let piece = try recording.next() {
      let begin = time
      switch piece {
      case .pause(let samples):
        play(samples)
        pauses.append((begin, time))
      case .clip(let clip, let clean, let mixed):
        let utterances = Self.recognize(clean.samples, &single)
        let noisy = mixed == clean.samples ? utterances : Self.recognize(mixed, &single)
        clips.append((clip, begin, utterances.first.map { begin + $0.start }, prediction(noisy)))
        play(mixed)
      }
    }
    Self.finish(&pipeline, &listener, time: time)
    var test = StreamTest()
    test.seconds = time
    for pause in pauses { test.silence.add(listener.timeline, from: pause.start, to: pause.end, grace: grace) }
    for (index, played) in clips.enumerated() {
      let end = index + 1 < clips.count ? clips[index + 1].begin : time
      test.clips.append(
        StreamedClip(
          corpus.clips[played.clip], listener.timeline, onset: played.onset, begin: played.begin, end: end,
          verdict: prediction(listener.utterances.filter { played.begin..<end ~= $0.end }), alone: played.alone))
    }
    return test
  }

  /// Plays the next samples, a hundredth of a second at a time.
  private mutating func play(_ samples: [Float]) {
    let size = max(1, recording.rate / 100)
    for start in stride(from: 0, to: samples.count, by: size) {
      let end = min(start + size, samples.count)
      position += end - start
      Self.push(samples.span.extracting(start..<end), &pipeline, &listener, time: time)
    }
  }

  private func prediction(_ utterances: [Utterance]) -> Int? {
    var prediction = RecordingPrediction(labels: labels)
    for utterance in utterances { prediction.add(utterance) }
    if case .emotion(let index) = prediction.label { return index }
    return nil
  }

  // Pipeline and listener are passed separately, so that one can change while the other calls it.

  private static func push(
    _ samples: Span<Float>, _ pipeline: inout Pipeline, _ listener: inout Listener, time: Double
  ) {
    pipeline.push(samples) { event in listener.note(event, time: time) }
  }

  private static func finish(_ pipeline: inout Pipeline, _ listener: inout Listener, time: Double) {
    pipeline.finish { event in listener.note(event, time: time) }
  }

  /// The utterances of a whole sound processed alone.
  private static func recognize(_ samples: [Float], _ pipeline: inout Pipeline) -> [Utterance] {
    var listener = Listener()
    pipeline.reset()
    push(samples.span, &pipeline, &listener, time: 0)
    finish(&pipeline, &listener, time: 0)
    return listener.utterances
  }
}

/// Stores the events of a stream, with the output times of labels.
private struct Listener {
  private(set) var timeline = LabelTimeline()
  private(set) var utterances: [Utterance] = []

  mutating func note(_ event: PipelineEvent, time: Double) {
    switch event {
    case .label(let change): timeline.change(to: change.label, at: time)
    case .utterance(let utterance): utterances.append(utterance)
    }
  }
}
