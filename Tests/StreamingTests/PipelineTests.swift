import Models
import TestSupport
import Testing

@testable import Streaming

extension Pipeline {
  /// What a whole stream brings out, pushed in one piece or in pieces of the given lengths.
  fileprivate mutating func events(_ samples: [Float], chunks lengths: [Int]? = nil) -> [PipelineEvent] {
    var events: [PipelineEvent] = []
    for chunk in Signals.chunks(samples, lengths ?? [max(samples.count, 1)]) {
      push(chunk.span) { events.append($0) }
    }
    finish { events.append($0) }
    return events
  }

  /// Whether the stream counts as clipping after `samples`.
  fileprivate mutating func clips(_ samples: [Float]) -> Bool {
    push(samples.span) { _ in }
    return snapshot.clipping
  }
}

extension [PipelineEvent] {
  fileprivate var utterances: [Utterance] {
    compactMap { if case .utterance(let utterance) = $0 { utterance } else { nil } }
  }

  fileprivate var changes: [LabelChange] {
    compactMap { if case .label(let change) = $0 { change } else { nil } }
  }
}

private func isDistribution(_ probabilities: [Float]) -> Bool {
  // Eight roundings of single precision.
  probabilities.allSatisfy { 0...1 ~= $0 } && abs(probabilities.reduce(0, +) - 1) < 1e-5
}

@Suite struct PipelineTests {
  @Test func aNetworkThatLooksAheadCannotListen() throws {
    let recognizer = try Recognizers.untrained(
      networks: [
        NetworkConfiguration(
          name: "ahead", target: .emotion, adaptive: true,
          layers: [.selfAttention(units: 4, window: nil), .globalAveragePooling, .dense(units: nil)])
      ], seed: 46)
    do {
      _ = try Pipeline(recognizer, inputRate: 16000)
      Issue.record("it listens")
    } catch let error as NetworkConfigurationError {
      #expect(error.description.contains("network 'ahead', layers[0] (self_attention)"))
    }
  }

  private static func speech(rate: Int) throws -> [Float] {
    var samples: [Float] = []
    for recording in Recordings.allCases {
      samples += rate == 16000 ? try Sounds.recording(recording) : try recording.samples().samples
    }
    return samples
  }

  @Test(arguments: [16000, 48000])
  func howASoundIsCutDoesNotMatter(rate: Int) throws {
    let samples = try Self.speech(rate: rate)
    var pipeline = try Pipeline(Recognizers.untrained(seed: 46), inputRate: rate)
    let whole = pipeline.events(samples)
    #expect(whole.utterances.count == 2)
    let hop = rate / 25
    for lengths in [[1], [hop - 1], [hop], [hop + 1], [997], [1, 4096, 13, hop]] {
      pipeline.reset()
      let events = pipeline.events(samples, chunks: lengths)
      #expect(events == whole, "chunks of \(lengths)")
    }
  }

  @Test func resetIsAsNew() throws {
    let samples = try Self.speech(rate: 48000)
    let recognizer = Recognizer.builtIn
    var new = try Pipeline(recognizer, inputRate: 48000)
    let expected = new.events(samples)
    // The end of a stream, and a stream left amid an utterance, full scale and all.
    new.reset()
    let again = new.events(samples)
    #expect(again == expected)
    var used = try Pipeline(recognizer, inputRate: 48000)
    let unused = used.snapshot
    let loud = samples[..<100_123].map { $0 * 100 }
    used.push(loud.span) { _ in }
    let amid = used.snapshot
    #expect(amid.speech && amid.clipping)
    used.reset()
    let reset = used.snapshot
    #expect(reset == unused)
    let afresh = used.events(samples)
    #expect(afresh == expected)
  }

  @Test(arguments: [16000, 48000])
  func clippingIsToldForAMoment(rate: Int) throws {
    var pipeline = try Pipeline(Recognizers.untrained(seed: 46), inputRate: rate)
    var second = [Float](repeating: 0.5, count: rate)
    let before = pipeline.clips(second)
    #expect(!before)
    second[rate - rate / 100] = -1
    let at = pipeline.clips(second)
    #expect(at)
    let soonAfter = pipeline.clips(Array(second[..<(rate / 20)]))
    #expect(soonAfter)
    let later = pipeline.clips(Array(second[..<(rate / 5)]))
    #expect(!later)
  }

  @Test(arguments: [true, false])
  func eventsAreWellFormed(trained: Bool) throws {
    let recognizer = trained ? Recognizer.builtIn : try Recognizers.untrained(seed: 47)
    let emotions = recognizer.labels.emotions.count
    var pipeline = try Pipeline(recognizer, inputRate: 48000)
    let samples = try Self.speech(rate: 48000)
    let events = pipeline.events(samples + samples)
    let duration = 2 * Double(samples.count) / 48000
    #expect(events.utterances.count == 4)
    var end = 0.0
    for utterance in events.utterances {
      #expect(utterance.start >= end)
      #expect(utterance.end > utterance.start)
      end = utterance.end
      #expect(utterance.probabilities.count == emotions)
      #expect(isDistribution(utterance.probabilities))
      #expect(utterance.gender.count == 2)
      #expect(isDistribution(utterance.gender))
      #expect(utterance.confidence == utterance.probabilities.max())
      #expect(utterance.confidence == utterance.probabilities[utterance.label])
    }
    #expect(end <= duration)
    var time = 0.0
    var label = Label.silence
    for change in events.changes {
      #expect(change.time > time)
      time = change.time
      #expect(change.previous == label)
      #expect(change.label != label)
      label = change.label
      switch label {
      case .silence: #expect(change.probabilities == Array(repeating: 0, count: emotions))
      case .uncertain: #expect(isDistribution(change.probabilities))
      case .emotion(let index):
        #expect(isDistribution(change.probabilities))
        #expect(change.confidence == change.probabilities[index])
      }
    }
    #expect(label == .silence, "silence after the end")
    let snapshot = pipeline.snapshot
    #expect(snapshot.label == .silence && !snapshot.speech)
    // An utterance's end comes before the silence that follows it, and its first label after its start.
    for case (.utterance(let utterance), let next) in zip(events, events.dropFirst()) {
      guard case .label(let change) = next else {
        Issue.record("no label follows an utterance")
        continue
      }
      #expect(change.label == .silence)
      #expect(change.time >= utterance.end)
    }
  }

  /// A stream that ends amid speech reports the utterance and falls silent.
  @Test func theEndOfTheStreamIsTheEndOfSpeech() throws {
    var pipeline = try Pipeline(Recognizers.untrained(seed: 46), inputRate: 16000)
    let events = pipeline.events(Array(try Sounds.recording(.angry)[..<(2 * 16000)]))
    #expect(events.utterances.count == 1)
    #expect(events.changes.last?.label == .silence)
    let snapshot = pipeline.snapshot
    #expect(snapshot.label == .silence)
  }

  @Test func theBuiltInModelHearsTheRecordings() throws {
    let recognizer = Recognizer.builtIn
    for (recording, emotions, gender) in [
      (Recordings.angry, ["angry"], "male"), (.sad, ["sad", "disgust", "fearful"], "female"),
    ] {
      var pipeline = try Pipeline(recognizer, inputRate: 48000)
      let events = pipeline.events(try recording.samples().samples)
      let utterance = try #require(events.utterances.first)
      #expect(emotions.contains(recognizer.labels.emotions[utterance.label]))
      #expect(recognizer.labels.genders[utterance.gender[0] > utterance.gender[1] ? 0 : 1] == gender)
    }
  }

  /// What a broken device delivers must not outlast it.
  @Test(
    arguments: [16000, 48000],
    [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude, 1e30, .leastNonzeroMagnitude])
  func samplesThatAreNoneDoNotPoisonTheStream(rate: Int, sample: Float) throws {
    let samples = try Self.speech(rate: rate)
    let recognizer = Recognizer.builtIn
    var pipeline = try Pipeline(recognizer, inputRate: rate)
    let quiet = [Float](repeating: 0, count: 3 * rate)
    let clean = pipeline.events(quiet + quiet + samples)
    pipeline.reset()
    var broken = quiet
    for i in stride(from: 0, to: rate, by: 7) { broken[rate + i] = sample }
    let events = pipeline.events(broken + quiet + samples)
    #expect(events == clean)
    let snapshot = pipeline.snapshot
    #expect(snapshot.level.isFinite && snapshot.probabilities.allSatisfy(\.isFinite))
  }

  @Test func brokenSamplesWithinSpeechKeepProbabilitiesFinite() throws {
    var samples = try Self.speech(rate: 48000)
    for (index, sample) in [Float.nan, .infinity, -.greatestFiniteMagnitude, 1e20, 9999].enumerated() {
      for i in 0..<500 { samples[48000 + index * 9000 + i] = sample }
    }
    var pipeline = try Pipeline(Recognizer.builtIn, inputRate: 48000)
    let events = pipeline.events(samples)
    #expect(events.utterances.count >= 2)
    #expect(events.utterances.allSatisfy { isDistribution($0.probabilities) && isDistribution($0.gender) })
  }

  @Test func thereIsNothingInMinutesOfDigitalSilence() throws {
    var pipeline = try Pipeline(Recognizer.builtIn, inputRate: 48000)
    let second = [Float](repeating: 0, count: 48000)
    for _ in 0..<600 { pipeline.push(second.span) { Issue.record("\($0)") } }
    let snapshot = pipeline.snapshot
    #expect(snapshot.level == -120)
    #expect(snapshot.time > 599)
    pipeline.finish { Issue.record("\($0)") }
  }

  @Test func aThrowingReceiverStopsTheDeliveryOnly() throws {
    struct Full: Error {}
    let samples = try Self.speech(rate: 16000)
    var pipeline = try Pipeline(Recognizers.untrained(seed: 46), inputRate: 16000)
    let all = pipeline.events(samples)
    pipeline.reset()
    var calls = 0
    do throws(Full) {
      try pipeline.push(samples.span) { _ throws(Full) in
        calls += 1
        throw Full()
      }
      Issue.record("the receiver's error is lost")
    } catch {}
    #expect(calls == 1)
    pipeline.reset()
    let events = pipeline.events(samples)
    #expect(events == all)
  }
}
