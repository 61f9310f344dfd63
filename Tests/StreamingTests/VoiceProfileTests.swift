import Models
import TestSupport
import Testing

@testable import Streaming

@Suite("Voice profiles")
struct VoiceProfileTests {
  static func statistics(width: Int, rows: Float = 200) -> FeatureStatistics {
    FeatureStatistics(
      weight: rows, mean: (0..<width).map { Float($0) - 1 }, variance: (0..<width).map { 0.5 + Float($0) })
  }

  static func profile(of recognizer: Recognizer) -> VoiceProfile {
    VoiceProfile(statistics(width: recognizer.width), madeWith: recognizer.configuration)
  }

  static func recognizer(offsets: EmotionOffsets?, prior: Double = 8) throws -> Recognizer {
    let tiny = try Recognizers.tiny(seed: 46)
    var configuration = tiny.configuration
    configuration.normalizer.prior = prior
    return Recognizer(
      configuration: configuration,
      labels: LabelSet(emotions: ["angry", "neutral", "sad"], genders: tiny.labels.genders),
      statistics: tiny.statistics, offsets: offsets, networks: tiny.networks, ensemble: tiny.ensemble,
      provenance: tiny.provenance)
  }

  /// Neutral speech is lower by 1 in the first column, higher by 2 in the second and less varied there.
  static let offsets = EmotionOffsets(
    mean: [5, 5, 5, -1, 2, 0, 5, 5, 5], variance: [3, 3, 3, 0.5, 0.25, 1, 3, 3, 3])

  @Test("A profile read is the profile that was written, and small")
  func roundTrip() throws {
    let profile = Self.profile(of: Recognizer.builtIn)
    let bytes = profile.file.encoded()
    #expect(try VoiceProfile(SafeTensors(bytes.span, name: "me"), name: "me") == profile)
    // 200 rows, 25 a second.
    #expect(profile.speech == 8)
    #expect(bytes.count < 4096)
  }

  @Test("A torn profile is refused, wherever it ends")
  func torn() throws {
    let bytes = Self.profile(of: try Recognizers.tiny(seed: 46)).file.encoded()
    for end in bytes.indices {
      #expect(throws: CheckpointError.self, "\(end) of \(bytes.count) bytes") {
        try VoiceProfile(SafeTensors(bytes.span.extracting(0..<end), name: "me"), name: "me")
      }
    }
  }

  @Test("What no speech gives is refused in a sentence that names it")
  func damaged() throws {
    let whole = Self.profile(of: try Recognizers.tiny(seed: 46)).file
    func refusal(_ change: (inout SafeTensors) -> Void) -> String {
      var file = whole
      change(&file)
      let bytes = file.encoded()
      let error = #expect(throws: CheckpointError.self) {
        try VoiceProfile(SafeTensors(bytes.span, name: "me"), name: "me")
      }
      #expect(error?.kind == .badData)
      return error?.description ?? ""
    }
    #expect(refusal { $0.tensors["mean"]!.values[1] = .nan }.contains("'mean' holds a value that is not a number"))
    #expect(refusal { $0.tensors["variance"]!.values[1] = .infinity }.contains("'variance'"))
    #expect(
      refusal { $0.tensors["variance"]!.values[1] = -0.5 }
        == "me: 'variance' holds -0.5, but no variance is negative")
    #expect(refusal { $0.tensors["rows"]!.values = [0] }.contains("of 0.0 rows"))
    #expect(refusal { $0.tensors["rows"] = nil }.contains("lacks 'rows'"))
    #expect(
      refusal { $0.tensors["mean"] = SafeTensors.Tensor(shape: [2], values: [0, 0]) }.contains(
        "'mean' has shape [2], its configuration asks for [3]"))
    #expect(refusal { $0.metadata["format"] = "ser-live model" }.contains("is no voice profile"))
    #expect(refusal { $0.metadata["version"] = "3" }.contains("has version 3, this program reads versions 1 and 2"))
    #expect(refusal { $0.metadata["frontEnd"] = "{\"melBands\":0}" }.contains("melBands"))
    #expect(refusal { $0.metadata["frontEnd"] = "{" }.contains("'frontEnd' cannot be read"))
    #expect(refusal { $0.metadata["preprocessing"] = "{\"noiseSuppression\":7}" }.contains("noiseSuppression"))
  }

  @Test("A model is no profile, and a profile no model")
  func otherKind() throws {
    let recognizer = try Recognizers.tiny(seed: 46)
    #expect(throws: CheckpointError.self) { try VoiceProfile(recognizer.checkpoint, name: "it") }
    #expect(throws: CheckpointError.self) { try Recognizer(Self.profile(of: recognizer).file, name: "it") }
  }

  @Test("A profile of other rows is refused, with both values of what differs")
  func misfit() throws {
    let recognizer = try Recognizers.tiny(seed: 46)
    try recognizer.requireFit(Self.profile(of: recognizer), name: "me")
    var other = recognizer.configuration
    other.frontEnd.melBands = 60
    other.preprocessing.denoise = true
    let profile = VoiceProfile(Self.statistics(width: 3), madeWith: other)
    let error = #expect(throws: ConfigurationError.self) { try recognizer.requireFit(profile, name: "me") }
    let sentence = error?.description ?? ""
    #expect(sentence.hasPrefix("me: "))
    #expect(sentence.contains("frontEnd.melBands is 60 in the profile and 80 in the model"))
    #expect(sentence.contains("preprocessing.denoise is true in the profile and false in the model"))
    #expect(!sentence.contains("fftSize"))
  }

  @Test("Where neutral speech is not known, a session begins where hearing the profile as it is leads")
  func unmoved() throws {
    let recognizer = try Self.recognizer(offsets: nil)
    let profile = Self.profile(of: recognizer)
    var expected = recognizer.normalizer()
    var heard = profile.statistics
    // 20 s at 25 rows a second, where the model's own statistics count for 8 s.
    heard.weight = 500
    expected.add(heard)
    #expect(recognizer.normalizer(profile).statistics == expected.statistics)
    #expect(recognizer.normalizer(profile).statistics != recognizer.normalizer().statistics)
  }

  @Test("Where neutral speech is known, the profile is moved by what lies between it and all speech")
  func moved() throws {
    let recognizer = try Self.recognizer(offsets: Self.offsets)
    let prior = recognizer.prior(Self.profile(of: recognizer))
    #expect(prior.mean == [0, -2, 1] && prior.weight == 500)
    #expect(prior.variance == [1, 6, 2.5])
  }

  @Test("Where the model's own statistics count for less, a profile does, too")
  func weight() throws {
    let recognizer = try Self.recognizer(offsets: nil, prior: 2)
    #expect(recognizer.prior(Self.profile(of: recognizer)).weight == 125)
  }

  @Test("A pipeline hears otherwise with a profile, and goes back to it, not to the model")
  func reset() throws {
    let samples = try Sounds.recording(.angry)
    let recognizer = Recognizer.builtIn
    var stream = try UtteranceStream(
      frontEnd: recognizer.configuration.frontEnd, gate: recognizer.configuration.gate, inputRate: Sounds.rate)
    var speech = SpeechStatistics(width: recognizer.width)
    let other = try Sounds.recording(.sad)
    stream.push(other.span, to: &speech)
    stream.finish(to: &speech)
    #expect(speech.statistics.weight > 20)
    let profile = VoiceProfile(speech.statistics, madeWith: recognizer.configuration)
    func events(_ pipeline: inout Pipeline) -> [PipelineEvent] {
      var events: [PipelineEvent] = []
      pipeline.push(samples.span) { events.append($0) }
      pipeline.finish { events.append($0) }
      return events
    }
    var plain = try Pipeline(recognizer, inputRate: Sounds.rate)
    var known = try Pipeline(recognizer, profile: profile, inputRate: Sounds.rate)
    let heard = events(&known)
    #expect(heard != events(&plain))
    known.reset()
    #expect(events(&known) == heard)
  }

  @Test("A model keeps what it knows of emotions; one that lacks half of it is refused")
  func checkpoint() throws {
    let file = try Self.recognizer(offsets: Self.offsets).checkpoint
    let bytes = file.encoded()
    #expect(try Recognizer(SafeTensors(bytes.span, name: "it"), name: "it").offsets == Self.offsets)
    #expect(try Recognizer(Self.recognizer(offsets: nil).checkpoint, name: "it").offsets == nil)
    var half = file
    half.tensors["emotions.variance"] = nil
    let error = #expect(throws: CheckpointError.self) { try Recognizer(half, name: "it") }
    #expect(error?.description.contains("lacks 'emotions.variance'") == true)
    var constant = file
    constant.tensors["emotions.variance"]!.values[0] = 0
    let refused = #expect(throws: CheckpointError.self) { try Recognizer(constant, name: "it") }
    #expect(refused?.description == "it: 'emotions.variance' holds 0.0, but should be positive")
  }
}
