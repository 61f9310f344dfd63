import Streaming
import Testing

@testable import ser_live

@Suite struct AlertMonitorTests {
  private static let angry = Label.emotion(4)
  private static let calm = Label.emotion(1)

  /// Steps of 40 ms through stretches of labels.
  private func alerts(_ rules: [AlertRule], _ stretches: [(Label, Double)]) throws -> [Alert] {
    var monitor = try AlertMonitor(rules, labels: labels)
    var alerts: [Alert] = []
    var row = 0
    var end = 0.0
    for (label, seconds) in stretches {
      end += seconds
      while Double(row) * 0.04 < end - 1e-9 {
        row += 1
        alerts += monitor.step(time: Double(row) * 0.04, label: label)
      }
    }
    return alerts
  }

  private func rule(_ text: String) throws -> AlertRule { try #require(AlertRule(argument: text)) }

  @Test func soundsOnceTheLabelHasHeld() throws {
    let found = try alerts([rule("angry:5")], [(.silence, 1), (Self.angry, 20)])
    try #require(found.count == 1)
    #expect(found[0].label == Self.angry)
    // The first row with the label ends at 1.04 s; five seconds later it has held.
    #expect(abs(found[0].since - 1.04) < 1e-9 && abs(found[0].time - 6.04) < 1e-9 && abs(found[0].held - 5) < 1e-9)
  }

  @Test func notBefore() throws {
    #expect(try alerts([rule("angry:5")], [(Self.angry, 5), (Self.calm, 1), (Self.angry, 5)]) == [])
  }

  @Test func pausesDoNotEndItAndDoNotCount() throws {
    let stretches: [(Label, Double)] = [(Self.angry, 3), (.silence, 1.9), (Self.angry, 1), (.uncertain, 1)]
    #expect(try alerts([rule("angry:5:2")], stretches) == [])
    let found = try alerts([rule("angry:5:2")], stretches + [(Self.angry, 2)])
    #expect(found.count == 1 && found[0].since == 0.04)
    // 5 s with the label, and the two pauses.
    #expect(abs(found[0].time - (0.04 + 5 + 2.9)) < 0.041)
  }

  @Test func longPausesEndIt() throws {
    let stretches: [(Label, Double)] = [(Self.angry, 4), (.silence, 2.2), (Self.angry, 4)]
    #expect(try alerts([rule("angry:5:2")], stretches) == [])
    #expect(try alerts([rule("angry:5:3")], stretches).count == 1)
    #expect(try alerts([rule("angry:5:0")], [(Self.angry, 4), (.silence, 0.04), (Self.angry, 4)]) == [])
  }

  @Test func comesAgainAfterItsLabelHasGone() throws {
    let once: [(Label, Double)] = [(Self.angry, 3), (Self.calm, 1)]
    #expect(try alerts([rule("angry:2")], once + once + once).count == 3)
    #expect(try alerts([rule("angry:2")], [(Self.angry, 3), (.silence, 1), (Self.angry, 3)]).count == 1)
  }

  @Test func rulesKnowNothingOfEachOther() throws {
    let found = try alerts(
      [rule("angry:1"), rule("angry:3"), rule("silence:2"), rule("calm:1")], [(Self.angry, 4), (.silence, 3)])
    #expect(found.map(\.label) == [Self.angry, Self.angry, .silence])
  }

  @Test(arguments: [
    "", "angry", "angry:", ":5", "angry:0", "angry:-1", "angry:nan", "angry:5:61", "angry:5:-1", "a:1:2:3",
  ])
  func whatIsNoRule(text: String) {
    #expect(AlertRule(argument: text) == nil)
  }

  @Test func aLabelThatIsNeverGiven() throws {
    let error = #expect(throws: ConfigurationError.self) { _ = try AlertMonitor([rule("angy:5")], labels: labels) }
    #expect(error?.message.contains("did you mean 'angry'?") == true)
  }
}
