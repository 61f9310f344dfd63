import Capture
import Models
import Support
import TestSupport
import Testing

@testable import Streaming
@testable import Training

/// What training hears is what listening hears.
@Suite("Training against the live path")
struct LiveParityTests {
  /// Everything a receiver is told, in order.
  struct Log: UtteranceReceiver, Equatable {
    var utterances: [[UInt32]] = []
    var rows: [Int] = []
    mutating func utteranceBegan(row: Int) { utterances.append([]) }
    mutating func utteranceRestarted(row: Int) { utterances[utterances.count - 1] = [] }
    mutating func utterance(row: Int, _ features: Span<Float>) {
      rows.append(row)
      for i in features.indices { utterances[utterances.count - 1].append(features[i].bitPattern) }
    }
    mutating func utteranceEnded(row: Int) {}
    mutating func received(row: Int, voiceActivity: VoiceActivityFeatures, isSpeech: Bool) {}
  }

  @Test(
    "A file's training rows are, bit for bit, the rows of the live stream, however it is cut",
    arguments: [16000, 44100], [false, true])
  func rows(_ rate: Int, _ preprocessed: Bool) throws {
    try TemporaryFolder.with { folder in
      let path = "\(folder)/voice.wav"
      let pause = [Float](repeating: 0, count: 12000)
      let sound = SyntheticVoices.samples(actor: 3, emotion: 3, statement: 1, repetition: 1)
      // Soft sound right before a voice is no part of it.
      let soft = sound.prefix(rate / 2).map { $0 / 300 }
      try SyntheticVoices.write(sound + pause + soft + sound, to: path, rate: rate)
      var configuration = RecognizerConfiguration.small
      configuration.preprocessing.denoise = preprocessed
      configuration.preprocessing.automaticGain = preprocessed
      let trained = try RowExtractor(configuration).rows(ofFile: path, versions: [.original])[0]
      let hop = configuration.frontEnd.hop
      for chunk in [1, hop - 1, hop, hop + 1, 997, 1 << 20] {
        var stream = try UtteranceStream(
          frontEnd: configuration.frontEnd, gate: configuration.gate, preprocessing: configuration.preprocessing,
          inputRate: rate)
        var source = try FileSource(path: path)
        var log = Log()
        var buffer = [Float](repeating: 0, count: chunk)
        while true {
          var span = buffer.mutableSpan
          let count = try source.read(into: &span)
          if count == 0 { break }
          stream.push(buffer.span.extracting(0..<count), to: &log)
        }
        stream.finish(to: &log)
        #expect(log.utterances == trained.utterances.map { $0.map(\.bitPattern) }, "chunks of \(chunk)")
      }
      #expect(!trained.utterances.isEmpty)
      #expect(trained.rowCount > 20)
    }
  }

  @Test("A pipeline reports, to the bit, the probabilities with which training evaluates the same file")
  func probabilities() throws {
    try TemporaryFolder.with { folder in
      let corpus = try SyntheticVoices.corpus(actors: [1], in: folder)
      let dataset = try Dataset(corpus, configuration: .small, augmentation: nil)
      let recognizer = try Self.recognizer(statistics: dataset.rows[0][0].statistics)
      var evaluator = Evaluator(recognizer, dataset)
      for clip in corpus.clips.indices {
        var pipeline = try Pipeline(recognizer, inputRate: SyntheticVoices.rate)
        var source = try FileSource(path: corpus.clips[clip].path)
        let samples = try source.readAll()
        var heard: [Utterance] = []
        func note(_ event: PipelineEvent) { if case .utterance(let utterance) = event { heard.append(utterance) } }
        for start in stride(from: 0, to: samples.count, by: 701) {
          pipeline.push(samples.span.extracting(start..<min(start + 701, samples.count)), note)
        }
        pipeline.finish(note)
        let evaluated = evaluator.recognize(clip).utterances
        #expect(!heard.isEmpty)
        #expect(heard.map(\.probabilities) == evaluated.map(\.probabilities))
        #expect(heard.map(\.gender) == evaluated.map(\.gender))
      }
    }
  }

  static func recognizer(statistics: FeatureStatistics, configuration: RecognizerConfiguration = .small) throws
    -> Recognizer
  {
    var random = RandomSource(seed: 46)
    var networks = try configuration.networks.map { network in
      try Network(
        network, inputWidth: statistics.mean.count, outputs: RAVDESS.labels[network.target].count, random: &random)
    }
    networks[1].temperature = 1.7
    var provenance = Provenance()
    provenance.heldOutSpeakers = ["7"]
    provenance.licence = RAVDESS.licence
    return Recognizer(
      configuration: configuration, labels: RAVDESS.labels, statistics: statistics, networks: networks,
      ensemble: Ensemble(weights: [0.25, 0.75], temperature: 0.8), provenance: provenance)
  }
}

@Suite("Recognizer as a checkpoint")
struct RecognizerCheckpointTests {
  let dataset: Dataset
  let recognizer: Recognizer

  init() throws {
    dataset = try SyntheticVoices.dataset.get()
    recognizer = try LiveParityTests.recognizer(statistics: dataset.rows[0][0].statistics)
  }

  @Test("A recognizer read from its own bytes gives the same bytes and the same probabilities")
  func roundTrip() throws {
    let bytes = recognizer.checkpoint.encoded()
    let again = try Recognizer(SafeTensors(bytes.span, name: "model"), name: "model")
    #expect(again.checkpoint.encoded() == bytes)
    #expect(again.configuration == recognizer.configuration)
    #expect(again.labels == recognizer.labels)
    #expect(again.provenance == recognizer.provenance)
    #expect(again.ensemble == recognizer.ensemble)
    #expect(again.networks.map(\.temperature) == [1, 1.7, 1])
    var before = Evaluator(recognizer, dataset)
    var after = Evaluator(again, dataset)
    for clip in 0..<10 {
      #expect(before.recognize(clip).utterances == after.recognize(clip).utterances)
    }
  }

  func failure(_ change: (inout SafeTensors) -> Void) -> String {
    var file = recognizer.checkpoint
    change(&file)
    let error = #expect(throws: CheckpointError.self) { try Recognizer(file, name: "model") }
    return error?.description ?? ""
  }

  func replacing(_ old: String, by new: String, in key: String) -> String {
    failure { file in
      let text = file.metadata[key]!
      #expect(text.contains(old), "\(old) is not in \(text)")
      file.metadata[key] = text.replacing(old, with: new)
    }
  }

  @Test("Mismatches are errors that name both sides")
  func mismatches() {
    #expect(failure { $0.metadata["format"] = "other" }.contains("model is no model of ser-live"))
    #expect(failure { $0.metadata["version"] = "3" }.contains("has version 3, this program reads versions 1 and 2"))
    #expect(failure { $0.metadata["version"] = nil }.contains("has version none"))
    #expect(failure { $0.metadata["configuration"] = nil }.contains("its metadata 'configuration' cannot be read"))
    #expect(failure { $0.metadata["description"] = "{}" }.contains("its metadata 'description' cannot be read"))
    #expect(replacing("\"melBands\":40", by: "\"melBands\":0", in: "configuration").contains("cannot work"))
    #expect(replacing("\"melBands\"", by: "\"mellBands\"", in: "configuration").contains("mellBands"))
    // Another row than the weights were trained on.
    let columns = replacing("\"mfcc\",\"level\"", by: "\"level\",\"mfcc\"", in: "configuration")
    #expect(columns.contains("its rows have the columns") && columns.contains("this program would give it"))
    let units = replacing("\"units\":16", by: "\"units\":17", in: "configuration")
    #expect(!units.isEmpty)
    let votes = replacing("[0.25,0.75]", by: "[1]", in: "description")
    #expect(votes.contains("ensemble weights for 1 networks") && votes.contains("3, 2 of them for emotions"))
    #expect(
      replacing("\"temperature\":0.8", by: "\"temperature\":0", in: "description").contains("a temperature is 0.0"))
    let labels = replacing("\"calm\",", by: "", in: "description")
    #expect(labels.contains("has shape [8, ") && labels.contains("asks for [7, "))
    #expect(failure { $0.tensors["normalizer.mean"] = nil }.contains("model lacks 'normalizer.mean'"))
    #expect(
      failure { $0.tensors["normalizer.variance"]!.values[0] = -1 }.contains("'normalizer.variance' holds a negative"))
    #expect(
      failure { $0.tensors["normalizer.mean"] = .init(shape: [2], values: [0, 0]) }.contains("has shape [2]"))
  }

  @Test("Where only verdicts are asked for, networks that would begin anew with each row hear an utterance once")
  func utterancesOnly() throws {
    let unrolled = NetworkConfiguration(
      name: "unrolled", target: .emotion, adaptive: true,
      layers: [
        .functionals(statistics: [.mean], window: 30),
        .unroll([.conv(units: 4, kernel: 5, dilation: 1), .activation(.relu), .lstm(units: 3), .flatten]),
        .dense(units: nil),
      ])
    let gender = NetworkConfiguration(
      name: "gender", target: .gender, adaptive: false, layers: [.attentionPooling(window: nil), .dense(units: nil)])
    let recognizer = try Recognizers.untrained(networks: [unrolled, gender], seed: 46)
    #expect(recognizer.networks.map(\.unrollsPooledRow) == [true, false])
    #expect(Recognizer.builtIn.networks.allSatisfy { !$0.unrollsPooledRow })
    var random = RandomSource(seed: 46)
    var stepping = RecognizerSession(recognizer)
    var hearing = RecognizerSession(recognizer, utterancesOnly: true)
    // The second is longer than the window.
    for length in [20, 50] {
      stepping.utteranceBegan(row: 0)
      hearing.utteranceBegan(row: 0)
      let before = hearing.posterior
      for row in 0..<length {
        let features = (0..<recognizer.width).map { _ in 10 * random.normal() }
        stepping.utterance(row: row, features.span)
        hearing.utterance(row: row, features.span)
        #expect(hearing.posterior == before && stepping.posterior != before)
      }
      stepping.utteranceEnded(row: length)
      hearing.utteranceEnded(row: length)
    }
    #expect(stepping.events.count == 2 && hearing.events.count == 2)
    for case (.utterance(let stepped), .utterance(let heard)) in zip(stepping.events, hearing.events) {
      #expect(stepped.gender == heard.gender)
      // Running sums of the window's rows round otherwise than those of all at once.
      for (ours, reference) in zip(heard.probabilities, stepped.probabilities) { #expect(abs(ours - reference) < 1e-5) }
    }
  }

  @Test("An utterance that begins anew is heard as if nothing had been before", arguments: [false, true])
  func restart(utterancesOnly: Bool) throws {
    var interrupted = RecognizerSession(recognizer, utterancesOnly: utterancesOnly)
    var straight = interrupted
    var random = RandomSource(seed: 46)
    let rows = (0..<30).map { _ in (0..<recognizer.width).map { _ in 10 * random.normal() } }
    interrupted.utteranceBegan(row: 0)
    for row in 0..<12 {
      let features = rows[row]
      interrupted.utterance(row: row, features.span)
    }
    interrupted.utteranceRestarted(row: 10)
    straight.utteranceBegan(row: 10)
    for row in 10..<30 {
      let features = rows[row]
      interrupted.utterance(row: row, features.span)
      straight.utterance(row: row, features.span)
      #expect(interrupted.posterior == straight.posterior)
    }
    interrupted.utteranceEnded(row: 30)
    straight.utteranceEnded(row: 30)
    #expect(interrupted.events == straight.events && straight.events.count == 1)
  }

  @Test("A session remembers of an utterance the voice without the emotion, as far as it was recognised")
  func compensation() throws {
    let plain = recognizer
    var random = RandomSource(seed: 46)
    let offsets = EmotionOffsets(
      mean: (0..<8 * plain.width).map { _ in random.normal() },
      variance: (0..<8 * plain.width).map { _ in random.uniform(0.5, 2) })
    func heard(share: Float, _ offsets: EmotionOffsets?) -> (RecognizerSession, FeatureStatistics) {
      var configuration = plain.configuration
      configuration.normalizer.compensation = share
      let recognizer = Recognizer(
        configuration: configuration, labels: plain.labels, statistics: plain.statistics, offsets: offsets,
        networks: plain.networks, ensemble: plain.ensemble, provenance: plain.provenance)
      var recognition = RecognizerSession(recognizer)
      var expected = recognizer.normalizer()
      var random = RandomSource(seed: 47)
      for length in [20, 35] {
        recognition.utteranceBegan(row: 0)
        var speech = FeatureStatistics(width: recognizer.width)
        for row in 0..<length {
          let features = (0..<recognizer.width).map { _ in 10 * random.normal() }
          recognition.utterance(row: row, features.span)
          speech.add(features.span)
        }
        recognition.utteranceEnded(row: length)
        offsets?.remove(recognition.posterior.span, share: share, from: &speech)
        expected.add(speech)
      }
      return (recognition, expected.statistics)
    }
    let (whole, compensated) = heard(share: 0.7, offsets)
    #expect(whole.normalizer.statistics == compensated)
    // Row by row sums are rounded otherwise.
    for (unknown, expected) in [heard(share: 0.7, nil), heard(share: 0, offsets)] {
      for (mean, known) in zip(unknown.normalizer.statistics.mean, expected.mean) { #expect(abs(mean - known) < 1e-3) }
      #expect(unknown.normalizer.statistics != compensated)
    }
  }

  @Test("A checkpoint with damaged bytes is refused or works")
  func damage() throws {
    let original = recognizer.checkpoint.encoded()
    var random = RandomSource(seed: 46)
    let header = 8 + (0..<8).reduce(0) { $0 | Int(original[$1]) << (8 * $1) }
    let row = Array(dataset.rows[0][0].utterances[0][..<16])
    var worked = 0
    for _ in 0..<600 {
      var bytes = original
      bytes[random.index(below: header)] ^= 1 << UInt8(random.index(below: 8))
      guard let read = try? Recognizer(SafeTensors(bytes.span, name: "model"), name: "model"), read.width == 16 else {
        continue
      }
      worked += 1
      guard read.labels.emotions.count == 8 else { continue }
      var recognition = RecognizerSession(read)
      recognition.utteranceBegan(row: 0)
      recognition.utterance(row: 0, row.span)
      recognition.utteranceEnded(row: 1)
    }
    // Some flips only change a text or a number that may well be another.
    #expect(worked > 0 && worked < 500)
  }
}
