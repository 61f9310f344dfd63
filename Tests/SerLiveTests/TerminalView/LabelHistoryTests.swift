import Streaming
import Testing

@testable import ser_live

@Suite("The last minute of labels")
struct LabelHistoryTests {
  private func moment(_ emotion: Int, _ confidence: Float = 0.5) -> LabelHistory.Moment {
    LabelHistory.Moment(label: .emotion(emotion), confidence: confidence)
  }

  @Test("Before anything was heard nothing is known")
  func empty() {
    #expect(LabelHistory().columns(6) == [nil, nil, nil, nil, nil, nil])
    #expect(LabelHistory().columns(0).isEmpty)
  }

  // Confidences whose sums are exact.
  @Test("The newest is last; each piece has the label of most of its moments")
  func majority() {
    var history = LabelHistory()
    history.extend(to: 20, moment(0, 0.25))
    history.extend(to: 26, moment(1, 0.75))
    history.extend(to: 30, moment(2, 1))
    #expect(history.columns(6) == [nil, nil, nil, moment(0, 0.25), moment(0, 0.25), moment(1, 0.75)])
    let fine = history.columns(60)
    #expect(fine[29] == nil && fine[30] == moment(0, 0.25) && fine[59] == moment(2, 1))
  }

  @Test("Pieces keep their contents while time goes on: they only move")
  func steady() {
    var history = LabelHistory()
    var seen: [LabelHistory.Moment?] = []
    for step in 1...3000 {
      history.extend(to: Double(step) * 0.04, moment(step / 37 % 5, Float(step % 100) / 100))
      let columns = history.columns(58)
      guard seen != columns else { continue }
      // The newest piece changes until it is complete; all others are where they were, or one to the left.
      let isMoved = columns.dropLast(2).elementsEqual(seen.dropFirst().dropLast())
      #expect(seen.isEmpty || columns.dropLast() == seen.dropLast() || isMoved, "step \(step)")
      seen = columns
    }
  }

  @Test("What is older than a minute is forgotten, also in one leap; time does not go back")
  func old() {
    var history = LabelHistory()
    history.extend(to: 30, moment(0))
    history.extend(to: 75, moment(1))
    #expect(history.columns(4) == [moment(0), moment(1), moment(1), moment(1)])
    history.extend(to: 10_000, moment(2))
    history.extend(to: 9_990, moment(3))
    #expect(history.columns(3) == [moment(2), moment(2), moment(2)])
  }

  @Test("A history that begins late knows nothing of before")
  func late() {
    var history = LabelHistory(from: 100)
    history.extend(to: 120, moment(4))
    #expect(history.columns(3) == [nil, nil, moment(4)])
  }

  @Test("More pieces than moments")
  func wide() {
    var history = LabelHistory()
    history.extend(to: 90, moment(1))
    #expect(history.columns(1500).allSatisfy { $0 == moment(1) })
  }
}
