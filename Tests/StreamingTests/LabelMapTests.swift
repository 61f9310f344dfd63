import TestSupport
import Testing

@testable import Streaming

@Suite struct LabelMapTests {
  private static let emotions = ["neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised"]
  private static let driver: [(emotions: [String], name: String)] = [
    (["angry", "fearful", "disgust"], "stressed"), (["calm", "neutral"], "relaxed"),
  ]

  @Test func withoutGroupsNothingChanges() {
    let map = LabelMap(Self.emotions)
    let posterior: [Float] = [0.1, 0.05, 0.2, 0.15, 0.3, 0.07, 0.03, 0.1]
    var merged = [Float](repeating: 9, count: 8)
    map.merge(posterior, into: &merged)
    #expect(merged == posterior, "the same bits")
    #expect(map.names == Self.emotions)
  }

  @Test func groupsStandWhereTheirFirstEmotionStood() throws {
    let map = try LabelMap(Self.driver, of: Self.emotions)
    #expect(map.names == ["relaxed", "happy", "sad", "stressed", "surprised"])
    var merged = [Float](repeating: 0, count: 5)
    // Halves of halves, so that sums are exact.
    map.merge([0.25, 0.125, 0, 0.0625, 0.25, 0.125, 0.125, 0.0625], into: &merged)
    #expect(merged == [0.375, 0, 0.0625, 0.5, 0.0625])
  }

  @Test func oneAloneIsRenamed() throws {
    let map = try LabelMap([(["sad"], "blue")], of: Self.emotions)
    #expect(map.names == ["neutral", "calm", "happy", "blue", "angry", "fearful", "disgust", "surprised"])
  }

  @Test func aGroupMayKeepTheNameOfOneOfItsOwn() throws {
    let map = try LabelMap([(["angry", "disgust"], "angry")], of: Self.emotions)
    #expect(map.names == ["neutral", "calm", "happy", "sad", "angry", "fearful", "surprised"])
  }

  @Test func namesMayBeExchanged() throws {
    let map = try LabelMap([(["happy"], "sad"), (["sad"], "happy")], of: Self.emotions)
    #expect(map.names == ["neutral", "calm", "sad", "happy", "angry", "fearful", "disgust", "surprised"])
  }

  @Test(
    arguments: [
      ([(["angy"], "stressed")], "did you mean 'angry'?"),
      ([(["bored"], "stressed")], "has no emotion 'bored', but neutral, calm, "),
      ([(["angry"], "calm")], "write calm+angry=calm"),
      ([(["angry"], "x"), (["sad"], "x")], "write sad+angry=x"),
      ([(["angry", "sad", "angry"], "x")], "'angry' is named twice"),
      ([(["angry"], "x"), (["angry"], "y")], "'angry' is named twice"),
      ([(["angry"], "silence")], "'silence' is what is said"),
      ([(["angry"], "uncertain")], "'uncertain' is what is said"),
      ([(["angry"], "")], "no name of a label"),
      ([(["angry"], "a\tb")], "no name of a label"),
    ] as [([([String], String)], String)])
  func whatCannotBeIsSaid(groups: [([String], String)], words: String) {
    let error = #expect(throws: ConfigurationError.self) {
      _ = try LabelMap(groups.map { (emotions: $0.0, name: $0.1) }, of: Self.emotions)
    }
    #expect(error?.message.contains(words) == true, "\(error!)")
  }

  /// Merging before the smoother: what is reported is that of a model which knew the merged labels alone.
  @Test func everythingBehindTheModelKnowsTheMergedLabelsOnly() throws {
    var recognizer = Recognizer.builtIn
    var plain = RecognizerSession(recognizer)
    recognizer.report(by: try LabelMap(Self.driver, of: recognizer.labels.emotions))
    var merged = RecognizerSession(recognizer)
    #expect(recognizer.reportedLabels.emotions == ["relaxed", "happy", "sad", "stressed", "surprised"])
    var smoother = Smoother(labels: 5, configuration: recognizer.configuration.smoother)

    let (samples, rate) = try Recordings.angry.samples()
    var stream = try UtteranceStream(
      frontEnd: recognizer.configuration.frontEnd, gate: recognizer.configuration.gate,
      preprocessing: recognizer.configuration.preprocessing, inputRate: rate)
    var both = Both(plain: plain, merged: merged)
    stream.push(samples.span, to: &both)
    stream.finish(to: &both)
    (plain, merged) = (both.plain, both.merged)

    var expected: [LabelChange] = []
    for row in both.rows {
      if row.restarts { smoother.restartUtterance() }
      if let change = smoother.step(time: row.time, speech: row.speech, probabilities: row.sums.span) {
        expected.append(change)
      }
    }
    let changes = merged.events.compactMap { if case .label(let change) = $0 { change } else { nil } }
    #expect(changes.count >= 2 && changes == expected)
    let utterances = [plain, merged].map { recognition in
      recognition.events.compactMap { if case .utterance(let utterance) = $0 { utterance } else { nil } }
    }
    let (one, other) = (try #require(utterances[0].first), try #require(utterances[1].first))
    #expect(one.label == 4 && other.label == 3 && other.probabilities.count == 5)
    #expect(other.confidence == one.probabilities[4] + one.probabilities[5] + one.probabilities[6])
    #expect(merged.snapshot.probabilities.count == 5)
  }

  /// Lets two recognitions hear the same rows, and notes what the second one's smoother should be told.
  private struct Both: UtteranceReceiver {
    var plain: RecognizerSession
    var merged: RecognizerSession
    var rows: [(time: Double, restarts: Bool, speech: Bool, sums: [Float])] = []
    /// Whether the utterance began once more with this row.
    var restarts = false

    mutating func utteranceBegan(row: Int) {
      plain.utteranceBegan(row: row)
      merged.utteranceBegan(row: row)
    }

    mutating func utteranceRestarted(row: Int) {
      plain.utteranceRestarted(row: row)
      merged.utteranceRestarted(row: row)
      restarts = true
    }

    mutating func utterance(row: Int, _ features: Span<Float>) {
      plain.utterance(row: row, features)
      merged.utterance(row: row, features)
    }

    mutating func utteranceEnded(row: Int) {
      plain.utteranceEnded(row: row)
      merged.utteranceEnded(row: row)
    }

    mutating func received(row: Int, voiceActivity: VoiceActivityFeatures, isSpeech: Bool) {
      plain.received(row: row, voiceActivity: voiceActivity, isSpeech: isSpeech)
      merged.received(row: row, voiceActivity: voiceActivity, isSpeech: isSpeech)
      let p = plain.posterior
      rows.append((merged.time, restarts, isSpeech, [p[0] + p[1], p[2], p[3], p[4] + p[5] + p[6], p[7]]))
      restarts = false
    }
  }
}
