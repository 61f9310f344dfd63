import Models
import TestSupport
import Testing

@testable import Streaming

/// What beeps, rings or is plucked is no speech, not even where it begins; and what a voice does beside it still is.
@Suite struct SpeechGateToneTests {
  @Test(arguments: Tones.kinds.keys.sorted())
  func aToneIsNoSpeech(kind: String) throws {
    let tone = Tones.kinds[kind]!
    var stream = try UtteranceStream()
    for (level, ratio) in [(-12, nil), (-30, 40), (-20, 30)] as [(Float, Float?)] {
      stream.reset()
      let utterances = stream.log(Tones.scene(tone, level: level, ratio: ratio)).utterances
      #expect(utterances == [], "\(level) dB, noise \(ratio.map { "\(-$0) dB below" } ?? "none")")
    }
  }

  /// A stream may begin within a tone, and a telephone may ring on and on.
  @Test(arguments: ["ring tone, Europe", "dial tone, America", "alarm 1000.0 Hz", "piano 196.0 Hz"])
  func aToneMayBeginWithTheStream(kind: String) throws {
    var stream = try UtteranceStream()
    let tone = Sounds.scaled(try #require(Tones.kinds[kind]), to: -20)
    #expect(stream.log(tone + Tones.rest(0.3) + tone + Tones.rest(0.3) + tone).utterances == [])
  }

  /// Nobody holds a vowel so still that it would be taken for a tone: periods of a voice differ from each other, and its
  /// pitch wanders, by 1 % of itself where somebody tries to keep it.
  @Test(arguments: [95.0, 120, 180, 230, 330])
  func aHeldVowelIsSpeech(pitch: Double) throws {
    var stream = try UtteranceStream()
    let vowel = HeldVowels.vowel(pitch: pitch, seconds: 1)
    let utterances = stream.log(Tones.scene(vowel, level: -20, ratio: 40)).utterances
    try #require(utterances.count == 1)
    // The vowel begins in row 24, which ends after 1.04 s.
    #expect(23...27 ~= utterances[0].lowerBound)
    #expect(utterances[0].count >= 18)
  }

  /// A beep before the first word delays it by nothing, and belongs to it only as the sound before a word does.
  @Test func speechAfterABeepIsWhole() throws {
    let speech = try Sounds.inQuietRoom(.angry)
    var stream = try UtteranceStream()
    let alone = try #require(stream.log(speech).utterances.first)
    for pause in [0.0, 0.4] {
      // The clip is silent for some tenths of a second before its words.
      let beep = Sounds.scaled(Tones.sine(1000, 0.3), to: -20) + Tones.rest(pause)
      let shift = beep.count / 640
      stream.reset()
      let after = stream.log(Array(beep[..<(shift * 640)]) + speech).utterances
      try #require(after.count == 1, "pause \(pause)")
      #expect(abs(after[0].lowerBound - shift - alone.lowerBound) <= 1)
      #expect(abs(after[0].upperBound - shift - alone.upperBound) <= 1)
    }
  }

  /// A telephone that rings at once after the words ends the utterance as a pause does, and is none itself. Notes that change
  /// go on with it for some tenths of a second each.
  @Test(arguments: ["ring tone, Europe", "dial tone, America", "fax answers"])
  func aToneAfterSpeechEndsIt(kind: String) throws {
    let speech = try Sounds.inQuietRoom(.angry)
    var stream = try UtteranceStream()
    let alone = try #require(stream.log(speech).utterances.first)
    let words = Array(speech[..<(alone.upperBound * 640)])
    let ring = Sounds.scaled(Array(Tones.kinds[kind]!.prefix(Sounds.rate)), to: -30)
    stream.reset()
    let utterances = stream.log(words + ring + ring + ring + Tones.rest(1)).utterances
    try #require(utterances.count == 1)
    #expect(abs(utterances[0].lowerBound - alone.lowerBound) <= 1)
    // The unvoiced sound that belongs to an utterance, and the window's edge.
    #expect(0...12 ~= utterances[0].upperBound - alone.upperBound, "\(utterances[0]) after \(alone)")
  }

  /// Over a tone in the background the same words are found, but for their soft ends.
  @Test(arguments: ["ring tone, America", "dial tone, Europe", "organ 220.0 Hz"], Recordings.allCases)
  func speechOverATone(kind: String, recording: Recordings) throws {
    let speech = try Sounds.inQuietRoom(recording)
    var stream = try UtteranceStream()
    let alone = try #require(stream.log(speech).utterances.first)
    let words = speech[alone.lowerBound * 640..<alone.upperBound * 640]
    let tone = Sounds.scaled(
      Array(Tones.kinds[kind]!.prefix(3 * Sounds.rate / 4)), to: Waveform.level(rms: Sounds.rms(words)) - 12)
    stream.reset()
    let mixed = stream.log(speech.enumerated().map { $0.element + tone[$0.offset % tone.count] })
    let found = mixed.utterances.reduce(0) { $0 + $1.clamped(to: alone).count }
    #expect(Double(found) >= 0.75 * Double(alone.count), "\(mixed.utterances) of \(alone)")
  }
}
