import Streaming
import Testing

@testable import ser_live

@Suite("What the terminal view knows")
struct ViewStateTests {
  private func snapshot(_ time: Double, level: Float = -30) -> Snapshot {
    Snapshot(time: time, label: .emotion(4), confidence: 0.8, probabilities: angry, level: level, speech: true)
  }

  private let utterance = Utterance(
    start: 1, end: 2, label: 4, confidence: 0.8, probabilities: angry, gender: [0.2, 0.8])

  @Test("The highest level of the last second is kept")
  func peak() {
    var state = ViewState(labels: labels)
    var peaks: [Float] = []
    for (time, level) in [(1.0, -20), (1.5, -30), (1.9, -40), (2.0, -50), (2.5, -45)] as [(Double, Float)] {
      state.update(snapshot(time, level: level), latency: nil)
      peaks.append(state.peak)
    }
    #expect(peaks == [-20, -20, -20, -50, -45])
  }

  @Test("The latency moves slowly, and goes where nothing is captured")
  func latency() {
    var state = ViewState(labels: labels)
    state.update(snapshot(1), latency: 0.05)
    state.update(snapshot(2), latency: 0.15)
    #expect(abs(state.latency! - 0.06) < 1e-9)
    state.update(snapshot(3), latency: nil)
    #expect(state.latency == nil)
  }

  @Test("The gender is that of the last utterance")
  func gender() {
    var state = ViewState(labels: labels)
    #expect(state.gender == nil)
    state.note(utterance)
    #expect(state.gender?.name == "male" && state.gender?.probability == 0.8)
  }

  @Test("A reset forgets the minute and the utterances; another recording does, too")
  func reset() {
    for another in [false, true] {
      var state = ViewState(labels: labels)
      state.update(snapshot(30), latency: nil)
      state.note(utterance)
      if another { state.update(snapshot(0.04), latency: nil) } else { state.reset() }
      #expect(state.utterances.isEmpty)
      #expect(state.history.columns(10) == LabelHistory().columns(10))
    }
  }

  @Test("Whatever may look different counts as a change, and nothing else")
  func changes() {
    var state = ViewState(labels: labels)
    var before = state.changes
    func hasChanged() -> Bool {
      defer { before = state.changes }
      return state.changes != before
    }
    state.update(snapshot(1), latency: nil)
    #expect(hasChanged())
    state.note(utterance)
    #expect(hasChanged())
    state.isPaused = true
    #expect(hasChanged())
    state.showsHelp = true
    #expect(hasChanged())
    state.say("x", clock: 0)
    #expect(hasChanged())
    state.tick(clock: 1)
    #expect(!hasChanged())
    state.tick(clock: 100)
    #expect(hasChanged())
  }

  @Test("Of a long session the newest utterances are kept")
  func many() {
    var state = ViewState(labels: labels)
    for index in 0..<1000 {
      var utterance = utterance
      utterance.start = Double(index)
      state.note(utterance)
    }
    #expect(state.utterances.count == 100 && state.utterances.last?.start == 999)
  }
}
