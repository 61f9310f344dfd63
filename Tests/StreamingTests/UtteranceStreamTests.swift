import TestSupport
import Testing

@testable import Streaming

@Suite struct UtteranceStreamTests {
  /// A pause, a recording, a pause, a recording: two utterances.
  private static func speech(rate: Int) throws -> [Float] {
    var samples: [Float] = []
    for recording in Recordings.allCases {
      let (recorded, inputRate) = try recording.samples()
      precondition(inputRate == 48000)
      samples += rate == 48000 ? recorded : try Sounds.recording(recording)
    }
    return samples
  }

  @Test(arguments: [16000, 48000])
  func howASoundIsCutDoesNotMatter(rate: Int) throws {
    let samples = try Self.speech(rate: rate)
    var stream = try UtteranceStream(inputRate: rate)
    let whole = stream.log(samples)
    #expect(whole.utterances.count == 2)
    let hop = rate / 25
    for lengths in [[1], [hop - 1], [hop], [hop + 1], [997], [1, 4096, 13, hop]] {
      stream.reset()
      let log = stream.log(samples, chunks: lengths)
      #expect(log == whole, "chunks of \(lengths)")
    }
  }

  @Test(arguments: [16000, 48000])
  func resetIsAsNew(rate: Int) throws {
    let samples = try Self.speech(rate: rate)
    var new = try UtteranceStream(inputRate: rate)
    let expected = new.log(samples)
    var used = try UtteranceStream(inputRate: rate)
    var ignored = UtteranceLog()
    // Amid an utterance, and amid a hop.
    let part = samples[..<(2 * rate + 123)]
    used.push(part.span, to: &ignored)
    #expect(ignored.utterances.count == 1)
    used.reset()
    let log = used.log(samples)
    #expect(log == expected)
  }

  @Test func everyRowIsReceivedOnceAndUtterancesAreWhole() throws {
    var stream = try UtteranceStream()
    let samples = try Self.speech(rate: 16000)
    let log = stream.log(samples)
    let width = stream.layout.width
    var heard = 0
    var open: Int?
    var last = -1
    for entry in log.entries {
      switch entry {
      case .began(let row):
        #expect(open == nil)
        #expect(row > last)
        open = row
      case .restarted(let row):
        #expect(open != nil)
        open = row
      case .row(let row, let bits):
        #expect(row == open)
        #expect(row <= heard)
        #expect(bits.count == width)
        open = row + 1
        last = row
      case .ended(let row):
        #expect(row == open)
        open = nil
      case .received(let row, _, let isSpeech):
        #expect(row == heard)
        #expect(isSpeech == (open != nil))
        heard += 1
      }
    }
    #expect(open == nil)
    #expect(heard == (samples.count - 1280) / 640 + 1)
  }

  /// The rows of an utterance are the front end's own.
  @Test func rowsPassUnchanged() throws {
    let samples = try Self.speech(rate: 16000)
    var frontEnd = try FrontEnd(FrontEndConfiguration())
    let rows = frontEnd.rows(of: samples)
    var preprocessing = PreprocessingConfiguration()
    preprocessing.highPass = 0
    var stream = try UtteranceStream(
      frontEnd: FrontEndConfiguration(), gate: SpeechGateConfiguration(), preprocessing: preprocessing,
      inputRate: Sounds.rate)
    let log = stream.log(samples)
    for case .row(let row, let bits) in log.entries {
      #expect(bits == rows[row].values.map(\.bitPattern))
    }
  }

  /// A breath, far softer than the words that follow at once: all who keep rows keep those of the words only.
  @Test func aBreathBeforeTheVoiceIsForgotten() throws {
    let voice = try Sounds.recording(.angry)
    let breath = Sounds.scaled(Array(voice[24000..<32000]), to: -85)
    let quiet = [Float](repeating: 0, count: 8000)
    var stream = try UtteranceStream()
    let samples = quiet + breath + voice[16000...]
    let log = stream.log(samples)
    let restarts = log.entries.compactMap { if case .restarted(let row) = $0 { row } else { nil } }
    try #require(!restarts.isEmpty && log.utterances.count == 1)
    #expect(log.utterances[0].lowerBound >= (quiet.count + breath.count) / 640 - 1)

    var speech = SpeechRows()
    stream.reset()
    stream.push(samples.span, to: &speech)
    stream.finish(to: &speech)
    #expect(speech.utterances == log.utterances)
    let width = stream.layout.width
    #expect(speech.values.count == log.utterances[0].count * width)

    var heard = SpeechStatistics(width: width)
    stream.reset()
    stream.push(samples.span, to: &heard)
    stream.finish(to: &heard)
    var expected = FeatureStatistics(width: width)
    for start in stride(from: 0, to: speech.values.count, by: width) {
      expected.add(speech.values.span.extracting(start..<start + width))
    }
    #expect(heard.statistics == expected)
  }

  @Test func endOfStreamEndsTheUtterance() throws {
    let samples = try Sounds.recording(.angry)
    var stream = try UtteranceStream()
    let log = stream.log(Array(samples[..<(2 * 16000)]))
    try #require(log.utterances.count == 1)
    #expect(log.entries.last == .ended(log.utterances[0].upperBound))
  }

  @Test func nothingComesOfNothing() throws {
    var stream = try UtteranceStream(inputRate: 44100)
    let ofNothing = stream.log([])
    #expect(ofNothing.entries.isEmpty)
    stream.reset()
    let ofOne = stream.log([0.1])
    #expect(ofOne.entries.isEmpty)
  }

  @Test func impossibleRatesAndConfigurationsAreRefused() {
    #expect(throws: ResamplerError.self) { _ = try UtteranceStream(inputRate: 10) }
    var gate = SpeechGateConfiguration()
    gate.margin = 100
    #expect(throws: ConfigurationError.self) {
      _ = try UtteranceStream(frontEnd: FrontEndConfiguration(), gate: gate, inputRate: 16000)
    }
  }
}
