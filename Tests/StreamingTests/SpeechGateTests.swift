import Models
import Support
import Testing

@testable import Streaming

/// Rows per second.
private let rate = 25.0

/// Rows as a gate sees them.
private enum Rows {
  static func silence(_ count: Int, level: Float = -80) -> [VoiceActivityFeatures] {
    Array(repeating: VoiceActivityFeatures(level: level, voicing: 0.1, pitch: 0), count: count)
  }

  static func noise(_ count: Int, level: Float = -30) -> [VoiceActivityFeatures] {
    (0..<count).map { VoiceActivityFeatures(level: level + Float($0 % 3), voicing: 0.35, pitch: 0) }
  }

  /// A voice whose pitch and level move as voices do.
  static func voice(_ count: Int, level: Float = -30) -> [VoiceActivityFeatures] {
    (0..<count).map {
      VoiceActivityFeatures(
        level: level + 2 * Float($0 % 2), voicing: 0.9, pitch: 120 + 6 * Float($0 % 5))
    }
  }

  static func hum(_ count: Int, level: Float = -30, pitch: Float = 100) -> [VoiceActivityFeatures] {
    Array(repeating: VoiceActivityFeatures(level: level, voicing: 1, pitch: pitch), count: count)
  }

  /// A resonance that dies away by 6 dB a row.
  static func knock(_ count: Int) -> [VoiceActivityFeatures] {
    (0..<count).map {
      VoiceActivityFeatures(level: -20 - 6 * Float($0), voicing: 0.8, pitch: 150 - 3 * Float($0))
    }
  }
}

extension SpeechGate {
  init(rate: Double = rate, _ change: (inout SpeechGateConfiguration) -> Void = { _ in }) {
    var configuration = SpeechGateConfiguration()
    change(&configuration)
    self.init(configuration, rowRate: rate)
  }

  fileprivate mutating func decisions(_ rows: [VoiceActivityFeatures]) -> [Decision] { rows.map { step($0) } }

  /// The utterances that `rows` hold, and the one still open at their end.
  fileprivate mutating func utterances(_ rows: [VoiceActivityFeatures]) -> [Range<Int>] {
    var utterances: [Range<Int>] = []
    for (row, voiceActivity) in rows.enumerated() {
      switch step(voiceActivity) {
      case .begins(let count): utterances.append(row + 1 - count..<row + 1)
      case .restarts(let count): utterances[utterances.count - 1] = row + 1 - count..<row + 1
      case .speech: utterances[utterances.count - 1] = utterances[utterances.count - 1].lowerBound..<row + 1
      case .silence, .pause, .ends: break
      }
    }
    return utterances
  }
}

@Suite struct SpeechGateTests {
  @Test func silenceHasNoSpeech() {
    var gate = SpeechGate()
    #expect(gate.decisions(Rows.silence(500)).allSatisfy { $0 == .silence })
    #expect(gate.noiseFloor == -80)
  }

  @Test func anUtteranceBeginsWithEnoughVoicedRows() {
    var gate = SpeechGate()
    let decisions = gate.decisions(Rows.silence(50) + Rows.voice(4))
    #expect(decisions[50...] == [.silence, .silence, .begins(rows: 3), .speech(pending: 0)])
  }

  @Test(arguments: [-20, -10, 6, 12] as [Float])
  func aGainChangesNoDecision(gain: Float) {
    let rows =
      Rows.silence(30, level: -55) + Rows.voice(40, level: -40) + Rows.noise(9, level: -48)
      + Rows.silence(30, level: -55)
    let louder = rows.map {
      VoiceActivityFeatures(level: $0.level + gain, voicing: $0.voicing, pitch: $0.pitch)
    }
    var gate = SpeechGate()
    let decisions = gate.decisions(rows)
    #expect(decisions.contains(.ends))
    gate.reset()
    #expect(gate.decisions(louder) == decisions)
  }

  @Test func whatIsFarSofterThanTheVoiceIsNoSpeech() {
    var gate = SpeechGate()
    let tail = Rows.noise(5, level: -75)
    #expect(
      gate.utterances(Rows.silence(50, level: -120) + Rows.voice(20) + tail + Rows.silence(30, level: -120)) == [
        50..<70
      ])
    gate.reset()
    let near = Rows.noise(5, level: -58)
    #expect(
      gate.utterances(Rows.silence(50, level: -120) + Rows.voice(20) + near + Rows.silence(30, level: -120)) == [
        50..<75
      ])
  }

  @Test func whatIsFarSofterBeforeTheVoiceIsNoSpeech() {
    var gate = SpeechGate()
    let silence = Rows.silence(50, level: -110)
    let breath = Rows.voice(8, level: -85)
    let decisions = gate.decisions(silence + breath + Rows.noise(2, level: -50) + Rows.voice(20))
    #expect(decisions[52] == .begins(rows: 3))
    // With the third voiced row, and with the unvoiced ones before.
    #expect(decisions[62] == .restarts(rows: 5))
    #expect(decisions[63...].allSatisfy { $0 == .speech(pending: 0) })
    gate.reset()
    #expect(gate.utterances(silence + breath + Rows.voice(20, level: -58)) == [50..<78], "within 30 dB")
  }

  @Test func aKnockAmidSoftSpeechIsNoNewBeginning() {
    var gate = SpeechGate()
    let rows = Rows.silence(50, level: -110) + Rows.voice(10, level: -70) + Rows.knock(3) + Rows.voice(10, level: -45)
    #expect(gate.utterances(rows) == [50..<73])
  }

  @Test func anUtteranceGivesBackOnlyWhatIsStillKept() {
    var gate = SpeechGate()
    let soft = Rows.voice(8, level: -90) + Rows.voice(20, level: -65)
    let rows = Rows.silence(50, level: -110) + soft + Rows.voice(20, level: -40)
    // Of the murmur's 20 rows, the loudest voice leaves none out, and the breath lies too far back.
    #expect(gate.utterances(rows) == [50..<98])
  }

  @Test func speechMayBeginWithTheStream() {
    var gate = SpeechGate()
    #expect(gate.utterances(Rows.voice(20)) == [0..<20])
  }

  /// What is not voiced is taken for the noise from the first row on: it would be heard as speech where it becomes a little
  /// louder.
  @Test func noiseMayBeginWithTheStream() {
    var gate = SpeechGate()
    #expect(gate.utterances(Rows.noise(20, level: -50) + Rows.voice(20, level: -48)) == [])
    gate.reset()
    #expect(gate.utterances(Rows.noise(20, level: -50) + Rows.voice(20, level: -40)) == [20..<40])
  }

  @Test func anUnvoicedConsonantBeforeTheVoiceBelongsToTheUtterance() {
    var short = SpeechGate()
    #expect(short.utterances(Rows.silence(50) + Rows.noise(4) + Rows.voice(10)) == [50..<64])
    // 0.24 s at most.
    var long = SpeechGate()
    #expect(long.utterances(Rows.silence(50) + Rows.noise(20) + Rows.voice(10)) == [64..<80])
  }

  @Test func voicedRowsTooFarApartAreNoUtterance() {
    var gate = SpeechGate()
    let click = Rows.voice(2) + Rows.silence(6)
    #expect(gate.utterances(Rows.silence(50) + (0..<20).flatMap { _ in click }).isEmpty)
  }

  @Test func pausesBelowTheHangOverAreBridged() {
    var gate = SpeechGate()
    let bridged = gate.decisions(Rows.voice(10) + Rows.silence(12) + Rows.voice(1))
    #expect(bridged[10..<22].allSatisfy { $0 == .pause })
    #expect(bridged[22] == .speech(pending: 12))

    gate.reset()
    let ended = gate.decisions(Rows.voice(10) + Rows.silence(14))
    #expect(ended[21] == .pause)
    #expect(ended[22...] == [.ends, .silence])
  }

  @Test func unvoicedSoundCountsForAWhileAfterTheVoice() {
    var gate = SpeechGate()
    #expect(gate.utterances(Rows.voice(10) + Rows.noise(40) + Rows.silence(20)) == [0..<16])
  }

  @Test(arguments: [-60, -40, -20] as [Float])
  func noiseThatStartsSuddenlyIsNoSpeech(level: Float) {
    var gate = SpeechGate()
    #expect(gate.utterances(Rows.silence(100) + Rows.noise(500, level: level)).isEmpty)
  }

  @Test(arguments: [0, 100])
  func aSteadyToneIsNoSpeech(silence: Int) {
    var gate = SpeechGate()
    #expect(gate.utterances(Rows.silence(silence) + Rows.hum(500) + Rows.silence(50)).isEmpty)
  }

  @Test func aToneThatWaversIsFollowedByTheFloor() throws {
    var gate = SpeechGate()
    let rows = (0..<500).map {
      VoiceActivityFeatures(level: -30 + Float($0 % 2), voicing: 1, pitch: 200 + 10 * Float($0 % 4))
    }
    let utterances = gate.utterances(Rows.silence(100) + rows)
    try #require(utterances.count == 1)
    #expect(utterances[0].lowerBound == 100)
    #expect(utterances[0].count <= 60, "the floor's window is 2 s long")
  }

  @Test func aVoiceIsFoundAboveAToneAndANoise() {
    for background in [Rows.hum(200, level: -50), Rows.noise(200, level: -50)] {
      var gate = SpeechGate()
      let utterances = gate.utterances(background + Rows.voice(20) + background)
      #expect(utterances.count == 1)
      #expect(utterances.first?.lowerBound == 200)
    }
  }

  @Test func knocksAreNoSpeech() {
    var gate = SpeechGate()
    let knocks = (0..<20).flatMap { _ in Rows.knock(8) + Rows.silence(17) }
    #expect(gate.utterances(Rows.silence(50) + knocks).isEmpty)
  }

  @Test func tooQuietIsNoSpeech() {
    var gate = SpeechGate()
    #expect(gate.utterances(Rows.silence(50, level: -120) + Rows.voice(50, level: -113)).isEmpty)
  }

  @Test func aLongSpeechIsSplit() {
    var gate = SpeechGate { $0.longest = 4 }
    // Between words the level falls back, so that the floor stays low.
    let words = (0..<60).flatMap { _ in Rows.voice(9) + Rows.silence(1) }
    let utterances = gate.utterances(words)
    #expect(utterances.count == 6)
    #expect(utterances.allSatisfy { $0.count <= 100 })
    for (before, after) in zip(utterances, utterances.dropFirst()) {
      #expect(1...2 ~= after.lowerBound - before.upperBound, "the row that ends the one before, perhaps a pause")
    }
  }

  @Test func anOnsetBeyondTheHistoryIsAllOfTheHistory() {
    var gate = SpeechGate {
      $0.onset = 4
      $0.onsetWindow = 4
      $0.floorWindow = 60  // else the floor would rise to a voice that never pauses
    }
    #expect(gate.decisions(Rows.voice(100)).firstIndex(of: .begins(rows: 64)) == 63)
  }

  @Test func resetIsAsNew() {
    let rows = Rows.noise(30) + Rows.voice(30) + Rows.silence(5)
    var used = SpeechGate()
    _ = used.decisions(Rows.hum(100, level: -10) + Rows.voice(77))
    used.reset()
    var new = SpeechGate()
    #expect(used.decisions(rows) == new.decisions(rows))
  }

  /// Whatever comes: rows are given once, in order, no further back than declared, and not too many.
  @Test(arguments: [10.0, 25.0, 100.0])
  func decisionsAreConsistent(rate: Double) {
    var gate = SpeechGate(rate: rate) { $0.longest = 3 }
    var random = RandomSource(seed: 46, Int(rate))
    var given = -1
    var length = 0
    var isOpen = false
    var opened = 0
    var restarted = 0
    var kind = 0
    for row in 0..<50_000 {
      if random.uniform() < 0.05 { kind = random.index(below: 4) }
      let voiceActivity = VoiceActivityFeatures(
        level: [-90, -45, -30, -66][kind] + random.uniform(-4, 4),
        voicing: [0.1, 0.3, 0.9, 0.6][kind] + random.uniform(-0.1, 0.1), pitch: random.uniform(80, 300))
      let first: Int
      switch gate.step(voiceActivity) {
      case .silence:
        #expect(!isOpen)
        continue
      case .pause:
        #expect(isOpen)
        continue
      case .ends:
        #expect(isOpen)
        isOpen = false
        continue
      case .begins(let rows):
        #expect(!isOpen)
        isOpen = true
        opened += 1
        length = 0
        first = max(0, row + 1 - rows)
        #expect(first > given)
      case .restarts(let rows):
        #expect(isOpen)
        #expect(rows < length + 1)
        first = row + 1 - rows
        length = 0
        restarted += 1
      case .speech(let pending):
        #expect(isOpen)
        first = row - pending
        #expect(first == given + 1)
      }
      #expect(row - first <= gate.reach)
      length += row + 1 - first
      given = row
      #expect(Double(length) <= 3 * rate + 1)
    }
    #expect(opened > 100)
    #expect(restarted > 5)
  }

  @Test func configurationsAreChecked() throws {
    try SpeechGateConfiguration().validate()
    let changes: [(String, (inout SpeechGateConfiguration) -> Void)] = [
      ("margin", { $0.margin = -1 }), ("range", { $0.range = -1 }), ("minimumLevel", { $0.minimumLevel = 1 }),
      ("voicing", { $0.voicing = 2 }),
      ("onset", { $0.onset = -1 }), ("onsetWindow", { $0.onsetWindow = 0.1 }), ("preRoll", { $0.preRoll = 11 }),
      ("unvoiced", { $0.unvoiced = .nan }), ("hangOver", { $0.hangOver = -1 }), ("longest", { $0.longest = 0 }),
      ("floorWindow", { $0.floorWindow = 0 }),
    ]
    for (key, change) in changes {
      var configuration = SpeechGateConfiguration()
      change(&configuration)
      let error = #expect(throws: ConfigurationError.self) { try configuration.validate() }
      #expect(error?.key == "gate.\(key)")
    }
  }
}
