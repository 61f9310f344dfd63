import Foundation
import Models
import Support
import TestSupport
import Testing

@testable import Streaming
@testable import Training

@Suite("Long recordings")
struct StreamTests {
  static let clip = Clip(path: "a.wav", speaker: "1", emotion: 2)

  /// Silence up to the first change.
  static func timeline(_ changes: (Double, Label)...) -> LabelTimeline {
    var timeline = LabelTimeline()
    for (time, label) in changes { timeline.change(to: label, at: time) }
    return timeline
  }

  /// Played from 1 to 9 s, with speech from 2 s on.
  static func played(_ changes: (Double, Label)..., onset: Double? = 2) -> StreamedClip {
    var timeline = LabelTimeline()
    for (time, label) in changes { timeline.change(to: label, at: time) }
    return StreamedClip(clip, timeline, onset: onset, begin: 1, end: 9, verdict: 0, alone: 1)
  }

  @Test("A timeline tells what stood when")
  func timeline() {
    let timeline = Self.timeline(
      (2, .uncertain), (2.5, .emotion(1)), (2.5, .emotion(2)), (4, .silence), (8, .emotion(0)))
    #expect(
      timeline.stretches(from: 1, to: 3) == [
        .init(start: 1, end: 2, label: .silence), .init(start: 2, end: 2.5, label: .uncertain),
        .init(start: 2.5, end: 3, label: .emotion(2)),
      ])
    #expect(timeline.stretches(from: 3, to: 3.5) == [.init(start: 3, end: 3.5, label: .emotion(2))])
    #expect(timeline.stretches(from: 9, to: 10) == [.init(start: 9, end: 10, label: .emotion(0))])
    #expect(LabelTimeline().stretches(from: 0, to: 1) == [.init(start: 0, end: 1, label: .silence)])
    #expect(timeline.changes(from: 0, to: 10) == (4, 3))
    // The end does not belong to it.
    #expect(timeline.changes(from: 2, to: 2.5) == (1, 0))
    #expect(timeline.changes(from: 2.5, to: 8) == (2, 2))
  }

  @Test("A clip settles on its last label; the longest may be another one")
  func settled() {
    let clip = Self.played((2.3, .emotion(1)), (5, .emotion(2)), (6, .silence))
    #expect(clip.settled == 2 && clip.longest == 1 && clip.changes == 2 && clip.namings == 2)
    #expect(clip.delay == 3 && clip.verdict == 0 && clip.alone == 1)
    let unsure = Self.played((2.3, .emotion(2)), (5, .uncertain), (6, .silence))
    #expect(unsure.settled == nil && unsure.longest == 2 && unsure.changes == 2 && unsure.namings == 1)
    // Where it lasts longer in parts.
    let parts = Self.played(
      (2, .emotion(1)), (3, .emotion(2)), (4.5, .emotion(1)), (5.25, .emotion(0)), (6, .silence))
    #expect(parts.longest == 1 && parts.settled == 0)
  }

  @Test("Without a label nothing was heard; what others left behind counts where it stood")
  func none() {
    let silent = Self.played()
    #expect(silent.settled == nil && silent.longest == nil && silent.delay == nil && silent.changes == 0)
    // The gate did not close before the clip.
    let carried = Self.played((0.5, .emotion(2)), (6, .silence))
    #expect(carried.settled == 2 && carried.delay == 0 && carried.changes == 0)
    let before = Self.played((0.5, .emotion(2)), (0.75, .silence))
    #expect(before.settled == nil && before.delay == nil)
    // After the next clip began.
    #expect(Self.played((9.5, .emotion(2))).settled == nil)
    #expect(Self.played((3, .emotion(2)), onset: nil).delay == nil)
    // Named before the speech itself began, by a breath.
    #expect(Self.played((1.5, .emotion(2)), (6, .silence)).delay == 0)
  }

  @Test("What is claimed in a pause counts from when the gate must have closed")
  func silence() {
    let timeline = Self.timeline((1, .emotion(1)), (4.5, .uncertain), (5.25, .silence), (6.5, .emotion(0)))
    var silence = StreamTest.Silence()
    silence.add(timeline, from: 3, to: 6, grace: 0.75)
    #expect(silence.seconds == 2.25 && silence.emotion == 0.75 && silence.uncertain == 0.75)
    silence.add(timeline, from: 6, to: 7, grace: 0.75)
    #expect(silence.seconds == 2.5 && silence.emotion == 1)
    // Shorter than the grace.
    silence.add(timeline, from: 8, to: 8.5, grace: 0.75)
    #expect(silence.seconds == 2.5)
  }

  @Test("Figures are of the clips; delays of those whose settled label is right")
  func scores() throws {
    var test = StreamTest()
    test.clips = [
      Self.played((3, .emotion(2)), (6, .silence)), Self.played((4, .emotion(2)), (6, .silence)),
      Self.played((2.5, .emotion(2)), (4, .emotion(1)), (6, .silence)),
      Self.played((3, .uncertain), (6, .emotion(2)), (7, .silence)), Self.played(),
    ]
    test.seconds = 100
    test.silence.seconds = 30
    test.silence.emotion = 1
    test.silence.uncertain = 2
    let scores = StreamScores(test, StreamSettings(), SmootherConfiguration(), classes: 3)
    #expect(scores.clips == 5 && scores.settled.accuracy == 0.6 && scores.settled.none == 1)
    #expect(scores.longest.accuracy == 0.6 && scores.verdict.accuracy == 0 && scores.alone.none == 0)
    #expect(scores.confusion == [[0, 0, 0, 0], [0, 0, 0, 0], [0, 1, 3, 1]])
    // 1, 2 and 4 s.
    let delay = try #require(scores.delay)
    #expect(delay.clips == 3 && delay.median == 2 && abs(delay.percentile90 - 3.6) < 1e-12)
    #expect(scores.changes == 1.2 && scores.namings == 1)
    #expect(scores.emotionInSilence == 2 && scores.uncertainInSilence == 4)
    #expect(StreamScores.percentile(0.9, of: [7]) == 7)
  }

  /// A long recording as a whole.
  struct Whole: Equatable {
    var pauses: [[Float]] = []
    var clips: [Int] = []
    var clean: [[Float]] = []
    var heard: [[Float]] = []
    /// In the order in which they are played.
    var samples: [Float] { zip(pauses, heard + [[]]).flatMap { $0 + $1 } }

    init(_ corpus: Corpus, _ clips: [Int], _ settings: StreamSettings) throws {
      var recording = try LongRecording(corpus, clips, settings)
      while let piece = try recording.next() {
        switch piece {
        case .pause(let samples): pauses.append(samples)
        case .clip(let clip, let clean, let heard):
          self.clips.append(clip)
          self.clean.append(clean.samples)
          self.heard.append(heard)
        }
      }
    }
  }

  static func level(_ samples: [Float]) -> Double { 10 * log10(Double(NoiseMixer.power(samples))) }

  @Test("Each clip is played once between pauses, some silent, some a room's; the seed decides")
  func joining() throws {
    try TemporaryFolder.with { folder in
      let corpus = try SyntheticVoices.corpus(actors: [1, 2], in: folder)
      let own = corpus.clips.indices.filter { corpus.clips[$0].speaker == "1" }
      let whole = try Whole(corpus, own, StreamSettings())
      #expect(
        whole.clips.sorted() == own && whole.clips != own && whole.clips == SessionHistory.order(own, seed: 46))
      #expect(whole.pauses.count == own.count + 1 && whole.heard == whole.clean)
      for pause in whole.pauses {
        #expect(1...3 ~= Double(pause.count) / Double(SyntheticVoices.rate))
        // Pink noise of a second strays from its mean level.
        #expect(pause.allSatisfy { $0 == 0 } || abs(Self.level(pause) - StreamSettings.roomLevel) < 3)
      }
      let silent = whole.pauses.count { $0.allSatisfy { $0 == 0 } }
      #expect(1..<whole.pauses.count ~= silent)
      for (clip, clean) in zip(whole.clips, whole.clean) {
        #expect(try Sound(path: corpus.clips[clip].path).samples == clean)
      }
      #expect(try Whole(corpus, own, StreamSettings()) == whole)
      #expect(try Whole(corpus, own, StreamSettings(seed: 1)) != whole)
      // Whoever else is tested.
      var alone = corpus
      alone.clips = own.map { corpus.clips[$0] }
      #expect(try Whole(alone, Array(own.indices), StreamSettings()).samples == whole.samples)
    }
  }

  @Test("Noise goes through pauses and speech, as strong as asked for", arguments: [Noise.white, .pink, .recorded])
  func noise(_ kind: Noise) throws {
    try TemporaryFolder.with { folder in
      let corpus = try SyntheticVoices.corpus(actors: [1], in: folder)
      let clips = Array(corpus.clips.indices)
      let noises = "\(folder)/noise"
      try FileManager.default.createDirectory(atPath: noises, withIntermediateDirectories: false)
      var random = RandomSource(seed: 1)
      try SyntheticVoices.write((0..<8000).map { _ in random.uniform(-0.5, 0.5) }, to: "\(noises)/a.wav")
      let settings = StreamSettings(noise: kind, recordings: kind == .recorded ? noises : nil, snr: 10)
      let whole = try Whole(corpus, clips, settings)
      let quiet = try Whole(corpus, clips, StreamSettings())
      #expect(whole.clips == quiet.clips && whole.clean == quiet.clean)
      #expect(whole.pauses.map(\.count) == quiet.pauses.map(\.count))
      let powers = whole.clean.map { Double(NoiseMixer.voicePower($0, rate: SyntheticVoices.rate)) }
      let voice = 10 * log10(powers.reduce(0, +) / Double(powers.count))
      let under = zip(whole.heard, whole.clean).flatMap { zip($0, $1).map { $0 - $1 } }
      // Pink noise strays within seconds; a few peaks are clipped.
      #expect(abs(voice - Self.level(under) - 10) < 1)
      #expect(abs(voice - Self.level(whole.pauses.flatMap { $0 }) - 10) < 1)
    }
  }

  @Test("What a test sees is what a pipeline says of the whole sound", .timeLimit(.minutes(2)))
  func playing() throws {
    try TemporaryFolder.with { folder in
      let corpus = try SyntheticVoices.corpus(actors: [1, 2], in: folder)
      let recognizer = try Recognizers.untrained(seed: 3)
      let test = try recognizer.streamTest(corpus, StreamSettings())
      #expect(test.clips.count == 24)
      var changes = 0
      var seconds = 0.0
      for speaker in ["1", "2"] {
        let clips = corpus.clips.indices.filter { corpus.clips[$0].speaker == speaker }
        let whole = try Whole(corpus, clips, StreamSettings())
        var pipeline = try Pipeline(recognizer, inputRate: SyntheticVoices.rate)
        func count(_ event: PipelineEvent) {
          if case .label(let change) = event, change.label != .silence { changes += 1 }
        }
        let samples = whole.samples
        pipeline.push(samples.span, count)
        pipeline.finish(count)
        seconds += Double(samples.count) / Double(SyntheticVoices.rate)
      }
      #expect(abs(test.seconds - seconds) < 1e-6)
      #expect(changes >= 24 && test.clips.reduce(0) { $0 + $1.changes } == changes)
      for clip in test.clips {
        // The voices begin after 0.1 to 0.2 s; a row of 80 ms begins up to that much before, and a few hops later.
        #expect(0...0.4 ~= (try #require(clip.onset)) - clip.begin)
        // It names an emotion as soon as 0.2 s of speech are heard.
        #expect(clip.settled != nil && clip.longest != nil && clip.alone != nil && clip.verdict != nil)
      }
      #expect(test.silence.seconds > 26 * 0.3 && test.silence.emotion == 0 && test.silence.uncertain == 0)
      // The same with what was heard as the truth.
      var heard = corpus
      for index in heard.clips.indices {
        let clip = try #require(test.clips.first { $0.path == heard.clips[index].path })
        heard.clips[index].emotion = try #require(clip.settled)
      }
      let right = try recognizer.streamTest(heard, StreamSettings())
      #expect(right.clips.map(\.settled) == test.clips.map(\.settled))
      #expect(right.clips.allSatisfy { $0.settled == $0.emotion })
      // Not before 0.2 s of speech, of which rows that began before count; and before the voice ends.
      for clip in right.clips {
        let delay = try #require(clip.delay)
        #expect(0.1...1.2 ~= delay, "\(delay)")
      }
    }
  }

  @Test("A smoother that is never sure names nothing, and the rest stays")
  func smoother() throws {
    try TemporaryFolder.with { folder in
      let corpus = try SyntheticVoices.corpus(actors: [1], in: folder)
      let recognizer = try Recognizers.untrained(seed: 3)
      var smoother = recognizer.configuration.smoother
      smoother.threshold = 1
      var unsure = recognizer
      unsure.replaceSmoother(smoother)
      #expect(unsure.configuration.smoother == smoother)
      let test = try unsure.streamTest(corpus, StreamSettings())
      let sure = try recognizer.streamTest(corpus, StreamSettings())
      #expect(test.clips.allSatisfy { $0.settled == nil && $0.delay == nil && $0.namings == 0 && $0.changes >= 1 })
      #expect(
        test.clips.map(\.verdict) == sure.clips.map(\.verdict) && test.clips.map(\.alone) == sure.clips.map(\.alone))
    }
  }

  @Test(
    "The built-in model follows a voice that its networks were not trained on",
    .enabled(if: ravdessFolder != nil, "neither $SER_RAVDESS nor ../shared/ravdess holds the recordings"))
  func builtIn() throws {
    let recognizer = Recognizer.builtIn
    var corpus = try RAVDESS.scan(#require(ravdessFolder)).named(as: recognizer.provenance)
    // The networks were not trained on this voice.
    let speaker = try #require(
      recognizer.provenance.validationSpeakers.first(where: corpus.speakers.contains))
    corpus.clips.removeAll { $0.speaker != speaker }
    let test = try recognizer.streamTest(corpus, StreamSettings())
    let scores = StreamScores(
      test, StreamSettings(), recognizer.configuration.smoother, classes: recognizer.labels.emotions.count)
    #expect(scores.clips == 60)
    // Chance is an eighth.
    #expect(scores.settled.accuracy > 0.4 && scores.verdict.accuracy > 0.4, "\(scores)")
    #expect(scores.emotionInSilence < 1, "\(scores.emotionInSilence)")
    #expect(try #require(scores.delay).median < 2)
  }
}
