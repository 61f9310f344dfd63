import Streaming
import Testing

/// A repeatable stream of random numbers (SplitMix64).
private struct RandomStream: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

/// One row as the smoother hears it.
private struct SmootherRow {
  var time: Double
  var speech = true
  var probabilities: [Float]
}

extension Smoother {
  fileprivate mutating func step(_ row: SmootherRow) -> LabelChange? {
    step(time: row.time, speech: row.speech, probabilities: row.probabilities.span)
  }

  /// The changes of label that `rows` bring about, in order.
  fileprivate mutating func changes(_ rows: [SmootherRow]) -> [LabelChange] {
    rows.compactMap { step($0) }
  }
}

private let hop = 0.04

/// A row of `labels` probabilities with `probability` for `label` and the rest spread evenly.
private func posterior(_ label: Int, _ probability: Float, labels: Int = 8) -> [Float] {
  var row = [Float](repeating: (1 - probability) / Float(labels - 1), count: labels)
  row[label] = probability
  return row
}

/// Rows at every hop from `start` on that hold `probabilities` for `seconds`.
private func hold(_ probabilities: [Float], from start: Double, seconds: Double, speech: Bool = true) -> [SmootherRow] {
  (0..<Int((seconds / hop).rounded())).map {
    SmootherRow(time: start + Double($0) * hop, speech: speech, probabilities: probabilities)
  }
}

/// Speech and pauses of random length with posteriors that wander, jump and contradict each other.
private func randomSession(seed: UInt64, rows: Int, labels: Int) -> [SmootherRow] {
  var random = RandomStream(state: seed)
  var speech = false
  var favourite = 0
  var time = 0.0
  return (0..<rows).map { _ in
    time += Double.random(in: 0.01...0.1, using: &random)
    if Int.random(in: 0..<25, using: &random) == 0 { speech.toggle() }
    if Int.random(in: 0..<10, using: &random) == 0 { favourite = Int.random(in: 0..<labels, using: &random) }
    var row = (0..<labels).map { _ in Float.random(in: 0.001...1, using: &random) }
    row[favourite] += Float.random(in: 0...6, using: &random)
    let sum = row.reduce(0, +)
    return SmootherRow(time: time, speech: speech, probabilities: row.map { $0 / sum })
  }
}

@Suite struct SmootherTests {
  /// Values of its own: the defaults may change.
  let configuration = {
    var configuration = SmootherConfiguration()
    configuration.timeConstant = 0.25
    configuration.onset = 0.2
    configuration.dwell = 0.6
    configuration.margin = 0.1
    configuration.threshold = 0.4
    configuration.release = 0.3
    return configuration
  }()

  @Test func startsInSilenceAndStaysThereWithoutSpeech() {
    var smoother = Smoother(labels: 8, configuration: configuration)
    #expect(smoother.label == .silence)
    #expect(smoother.confidence == 1)
    #expect(smoother.changes(hold(posterior(3, 0.9), from: 0, seconds: 5, speech: false)).isEmpty)
    #expect(smoother.probabilities.allSatisfy { $0 == 0 })
  }

  @Test func firstLabelComesAtTheOnsetAndNotBefore() throws {
    var smoother = Smoother(labels: 8, configuration: configuration)
    let changes = smoother.changes(hold(posterior(4, 0.8), from: 1, seconds: 2))
    let change = try #require(changes.first)
    #expect(changes.count == 1)
    #expect(change.label == .emotion(4))
    #expect(change.previous == .silence)
    #expect(change.time >= 1 + configuration.onset && change.time < 1 + configuration.onset + hop + 1e-9)
    #expect(abs(change.confidence - 0.8) < 1e-5)
    #expect(change.probabilities.count == 8)
  }

  @Test func shortClickGivesNoLabel() {
    var smoother = Smoother(labels: 8, configuration: configuration)
    let rows =
      hold(posterior(4, 0.8), from: 0, seconds: 0.16)
      + hold(posterior(4, 0.8), from: 0.16, seconds: 1, speech: false)
    #expect(smoother.changes(rows).isEmpty)
  }

  @Test func alternatingPosteriorsDoNotFlicker() {
    // Two emotions take turns at every row, then at random: the label is found once and kept.
    var random = RandomStream(state: 46)
    let turns = (0..<1000).map { $0 < 500 ? $0 % 2 : Int.random(in: 0...1, using: &random) }
    let rows = turns.enumerated().map {
      SmootherRow(time: Double($0.offset) * hop, probabilities: posterior($0.element == 0 ? 1 : 6, 0.9, labels: 8))
    }
    var configuration = configuration
    configuration.timeConstant = 0.5
    configuration.margin = 0.3
    var smoother = Smoother(labels: 8, configuration: configuration)
    let perRow = zip(turns, turns.dropFirst()).count { $0 != $1 }
    let changes = smoother.changes(rows)
    #expect(perRow > 700)
    #expect(changes.count <= 10)
    #expect(changes.prefix { $0.time < 20 }.count == 1)
  }

  @Test func challengerMustLeadByTheMargin() {
    var configuration = configuration
    configuration.margin = 0.2
    var smoother = Smoother(labels: 3, configuration: configuration)
    _ = smoother.changes(hold([0.8, 0.1, 0.1], from: 0, seconds: 2))
    #expect(smoother.label == .emotion(0))
    // Ahead, but by less than the margin, however long it lasts.
    #expect(smoother.changes(hold([0.4, 0.55, 0.05], from: 2, seconds: 10)).isEmpty)
    let changes = smoother.changes(hold([0.35, 0.6, 0.05], from: 12, seconds: 10))
    #expect(changes.map(\.label) == [.emotion(1)])
  }

  @Test func dwellHoldsTheLabel() throws {
    var configuration = configuration
    configuration.timeConstant = 0
    configuration.dwell = 1
    var smoother = Smoother(labels: 8, configuration: configuration)
    let before = smoother.changes(hold(posterior(0, 0.9), from: 0, seconds: 0.24))
    let changes = smoother.changes(hold(posterior(1, 0.9), from: 0.24, seconds: 3))
    #expect(changes.map(\.label) == [.emotion(1)])
    let waited = try #require(changes.first).time - #require(before.first).time
    #expect(waited >= 1 && waited < 1 + hop + 1e-9)
  }

  @Test func uncertaintyGivesWayAtOnce() throws {
    var configuration = configuration
    configuration.timeConstant = 0
    configuration.dwell = 10
    var smoother = Smoother(labels: 8, configuration: configuration)
    let changes = smoother.changes(
      hold(posterior(1, 0.2), from: 0, seconds: 0.4) + hold(posterior(1, 0.9), from: 0.4, seconds: 1))
    #expect(changes.map(\.label) == [.uncertain, .emotion(1)])
    #expect(try abs(#require(changes.last).time - 0.4) < 1e-9)
  }

  @Test func uncertainHasHysteresis() {
    var smoother = Smoother(labels: 8, configuration: configuration)
    // Between release and threshold: never named, but kept once it has been named.
    let between = (configuration.threshold + configuration.release) / 2
    #expect(smoother.changes(hold(posterior(2, between), from: 0, seconds: 3)).map(\.label) == [.uncertain])
    #expect(abs(smoother.confidence - between) < 1e-5)
    #expect(smoother.changes(hold(posterior(2, 0.8), from: 3, seconds: 3)).map(\.label) == [.emotion(2)])
    #expect(smoother.changes(hold(posterior(2, between), from: 6, seconds: 3)).isEmpty)
    #expect(smoother.changes(hold(posterior(2, 0.2), from: 9, seconds: 3)).map(\.label) == [.uncertain])
  }

  @Test func tieNamesNothing() {
    var configuration = configuration
    configuration.threshold = 0.2
    configuration.release = 0.1
    for row: [Float] in [[0.5, 0.5, 0], [0, 0.5, 0.5], [0.5, 0, 0.5]] {
      var smoother = Smoother(labels: 3, configuration: configuration)
      #expect(smoother.changes(hold(row, from: 0, seconds: 1)).map(\.label) == [.uncertain])
    }
  }

  @Test func silenceComesAtOnceAndForgets() throws {
    var configuration = configuration
    configuration.dwell = 10
    var smoother = Smoother(labels: 8, configuration: configuration)
    _ = smoother.changes(hold(posterior(5, 0.9), from: 0, seconds: 1))
    let end = smoother.step(SmootherRow(time: 1, speech: false, probabilities: []))
    let change = try #require(end)
    #expect(change.label == .silence)
    #expect(change.previous == .emotion(5))
    #expect(change.confidence == 1)
    #expect(change.probabilities == [Float](repeating: 0, count: 8))
    // Nothing of the first utterance is left, not even its dwell time.
    let next = smoother.changes(hold(posterior(1, 0.9), from: 1.04, seconds: 0.4))
    #expect(next.map(\.label) == [.emotion(1)])
  }

  @Test func anUtteranceThatBeginsAnewWaitsForItsOnset() throws {
    var configuration = SmootherConfiguration()
    configuration.onset = 0.8
    var smoother = Smoother(labels: 8, configuration: configuration)
    #expect(smoother.changes(hold(posterior(1, 0.9), from: 0, seconds: 0.6)).isEmpty)
    smoother.restartUtterance()
    let changes = smoother.changes(hold(posterior(2, 0.9), from: 0.6, seconds: 1))
    let first = try #require(changes.first)
    #expect(changes.count == 1 && first.label == .emotion(2))
    #expect(abs(first.time - 1.4) < 1.5 * hop)
    #expect(abs(smoother.probabilities[2] - 0.9) < 1e-5, "nothing is left of the rows before")
    smoother.restartUtterance()
    #expect(smoother.label == .emotion(2), "until another one follows")
  }

  @Test func answersWithinTheBound() throws {
    // From one certain emotion to another the lead grows as 1 − 2·exp(−t / timeConstant): it passes the margin after
    // timeConstant · ln(2 / (1 − margin)).
    var smoother = Smoother(labels: 2, configuration: configuration)
    _ = smoother.changes(hold([1, 0], from: 0, seconds: 10))
    let changes = smoother.changes(hold([0, 1], from: 10, seconds: 10))
    let change = try #require(changes.first)
    let bound = configuration.timeConstant * 0.7985
    #expect(change.label == .emotion(1))
    #expect(change.time - 10 <= bound + hop)
    #expect(change.time - 10 >= bound - hop)
  }

  @Test func filterIsTheWeightedMeanOfTheRows() {
    // The recursion against its closed form, at uneven times.
    var smoother = Smoother(labels: 4, configuration: configuration)
    var random = RandomStream(state: 7)
    var decayed = [Double](repeating: 0, count: 4)
    var weights = 0.0
    var time = 0.0
    for _ in 0..<200 {
      let elapsed = Double.random(in: 0.01...0.2, using: &random)
      time += elapsed
      let row = posterior(Int.random(in: 0..<4, using: &random), 0.7, labels: 4)
      _ = smoother.step(SmootherRow(time: time, probabilities: row))
      // exp(−elapsed / 0.25) by squaring: (1 + x/2²⁰)^(2²⁰).
      var decay = 1 - elapsed / configuration.timeConstant / 1_048_576
      for _ in 0..<20 { decay *= decay }
      weights = weights * decay + 1
      for label in 0..<4 {
        decayed[label] = decayed[label] * decay + Double(row[label])
        #expect(abs(Double(smoother.probabilities[label]) - decayed[label] / weights) < 1e-5)
      }
    }
  }

  @Test func resetEqualsANewSmoother() {
    let rows = randomSession(seed: 3, rows: 400, labels: 5)
    var used = Smoother(labels: 5, configuration: configuration)
    _ = used.changes(randomSession(seed: 4, rows: 300, labels: 5))
    used.reset()
    var fresh = Smoother(labels: 5, configuration: configuration)
    #expect(used.changes(rows) == fresh.changes(rows))
  }

  @Test(arguments: UInt64(1)...20) func invariantsHoldInRandomSessions(seed: UInt64) throws {
    let rows = randomSession(seed: seed, rows: 2000, labels: 8)
    var smoother = Smoother(labels: 8, configuration: configuration)
    var label = Label.silence
    var last: LabelChange?
    var named = 0
    for row in rows {
      let change = smoother.step(row)
      if let change {
        #expect(change.previous == label)
        #expect(change.label != label)
        #expect(change.time == row.time)
        #expect(change.confidence == smoother.confidence)
        #expect(change.probabilities == smoother.probabilities)
        if let last, case .emotion = last.label, change.label != .silence {
          #expect(change.time - last.time >= configuration.dwell)
        }
        if case .emotion(let index) = change.label {
          named += 1
          #expect(change.confidence >= configuration.threshold)
          #expect(
            change.probabilities.indices.allSatisfy { change.probabilities[$0] < change.confidence || $0 == index })
        }
        label = change.label
        last = change
      }
      #expect(smoother.label == label)
      #expect(row.speech || label == .silence)
      let sum = smoother.probabilities.reduce(0, +)
      #expect(abs(sum - (row.speech ? 1 : 0)) < 1e-4)
      #expect((0...1.0001).contains(smoother.confidence))
    }
    #expect(named > 10, "the session must exercise the smoother")
  }

  @Test(arguments: UInt64(1)...10) func orderOfTheLabelsDecidesNothing(seed: UInt64) {
    let rows = randomSession(seed: seed, rows: 1000, labels: 6)
    var random = RandomStream(state: seed ^ 0xABCD)
    let order = Array(0..<6).shuffled(using: &random)
    let permuted = rows.map { row in
      SmootherRow(time: row.time, speech: row.speech, probabilities: order.map { row.probabilities[$0] })
    }
    var plain = Smoother(labels: 6, configuration: configuration)
    var shuffled = Smoother(labels: 6, configuration: configuration)
    func original(_ verdict: Label) -> Label {
      guard case .emotion(let index) = verdict else { return verdict }
      return .emotion(order[index])
    }
    let expected = plain.changes(rows)
    let actual = shuffled.changes(permuted)
    #expect(actual.map(\.time) == expected.map(\.time))
    #expect(actual.map { original($0.label) } == expected.map(\.label))
    #expect(actual.map(\.confidence) == expected.map(\.confidence))
  }
}
