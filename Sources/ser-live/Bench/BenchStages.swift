import BenchmarkSupport
import Models
import Streaming

/// The stages of one stream, each measured alone, on the output of the previous stages.
struct BenchStages {
  /// Rows of the signal.
  let hops: Int
  /// Rows of speech: networks and normaliser process only these.
  let speech: Int
  let names: [String]

  private let recognizer: Recognizer
  private let samples: [Float]
  private let voiceActivity: [VoiceActivityFeatures]
  /// Rows of speech, [speech × width]
  private let spoken: [Float]
  private let normalized: [Float]

  /// The stages of every recognizer.
  private static let frontEnd = "front end"
  private static let gate = "speech gate"
  private static let normalizer = "normaliser"
  private static let ensemble = "ensemble"
  private static let smoother = "smoother"
  private static let pipeline = "whole pipeline"
  /// Prefix of the names of network stages.
  static let networkPrefix = "network "

  init(_ recognizer: Recognizer, _ sound: BenchSound) throws {
    let configuration = recognizer.configuration
    for network in recognizer.networks { try network.requireStreaming() }
    var resampler = try Resampler(from: sound.rate, to: configuration.frontEnd.sampleRate)
    var samples: [Float] = []
    func take(_ piece: Span<Float>) { for i in piece.indices { samples.append(piece[i]) } }
    resampler.push(sound.samples.span, take)
    resampler.finish(take)
    var stream = try UtteranceStream(
      frontEnd: configuration.frontEnd, gate: configuration.gate, preprocessing: configuration.preprocessing,
      inputRate: configuration.frontEnd.sampleRate)
    var output = StreamOutput()
    stream.push(samples.span, to: &output)
    stream.finish(to: &output)
    var frontEnd = try FrontEnd(configuration.frontEnd)
    var rows: [Float] = []
    frontEnd.push(samples.span) { row, _ in for i in row.indices { rows.append(row[i]) } }
    // Networks are measured on speech, or on all rows where there is none.
    let spoken = output.speech.values.isEmpty ? rows : output.speech.values
    var normalizer = recognizer.normalizer()
    self.recognizer = recognizer
    self.samples = samples
    voiceActivity = output.voiceActivity
    self.spoken = spoken
    normalized = normalizer.normalized(spoken, adaptive: true)
    hops = output.voiceActivity.count
    speech = output.speech.values.count / recognizer.width
    names =
      [Self.frontEnd, Self.gate, Self.normalizer] + recognizer.networks.map(Self.name) + [
        Self.ensemble, Self.smoother, Self.pipeline,
      ]
  }

  private static func name(_ network: Network) -> String { networkPrefix + network.configuration.name }

  /// - Parameter name: one of `names`.
  func measure(_ name: String, rounds: Int) throws -> StageCost {
    let width = recognizer.width
    let count = spoken.count / width
    func cost(_ calls: Int, perHop: Double, _ work: () -> Void) -> StageCost {
      StageCost(name: name, calls: perHop, microseconds: microseconds(per: calls, rounds: rounds, work))
    }
    // Calls per hop of the stages that process only speech.
    let share = hops > 0 ? Double(speech) / Double(hops) : 0
    switch name {
    case Self.frontEnd:
      var frontEnd = try FrontEnd(recognizer.configuration.frontEnd)
      return cost(hops, perHop: 1) {
        frontEnd.reset()
        frontEnd.push(samples.span) { _, _ in }
      }
    case Self.gate:
      var gate = SpeechGate(recognizer.configuration.gate, rowRate: recognizer.configuration.frontEnd.rowRate)
      return cost(voiceActivity.count, perHop: 1) { for row in voiceActivity { _ = gate.step(row) } }
    case Self.normalizer:
      var normalizer = recognizer.normalizer()
      var output = [Float](repeating: 0, count: width)
      return cost(count, perHop: share) {
        for row in 0..<count {
          let row = spoken.span.extracting(row * width..<(row + 1) * width)
          normalizer.adapt(row, into: &output)
          normalizer.normalize(row, into: &output)
        }
      }
    case Self.ensemble:
      let emotions = recognizer.labels.emotions.count
      var votes = [Float](repeating: 1 / Float(emotions), count: recognizer.ensemble.weights.count * emotions)
      var posterior = [Float](repeating: 0, count: emotions)
      return cost(count, perHop: share) {
        for _ in 0..<count {
          for i in votes.indices { votes[i] = 1 / Float(emotions) }
          recognizer.ensemble.combine(&votes, into: &posterior)
        }
      }
    case Self.smoother:
      let labels = recognizer.labelMap.names.count
      var smoother = Smoother(labels: labels, configuration: recognizer.configuration.smoother)
      let posterior = [Float](repeating: 1 / Float(labels), count: labels)
      var time = 0.0
      return cost(hops, perHop: 1) {
        for _ in 0..<hops {
          time += 1 / recognizer.configuration.frontEnd.rowRate
          _ = smoother.step(time: time, speech: true, probabilities: posterior.span)
        }
      }
    case Self.pipeline:
      var pipeline = try Pipeline(recognizer, inputRate: recognizer.configuration.frontEnd.sampleRate)
      return cost(hops, perHop: 1) { pipeline.push(samples.span) { _ in } }
    default:
      let index = recognizer.networks.firstIndex { Self.name($0) == name }!
      let network = recognizer.folded[index]
      var state = network.makeState()
      var probabilities = [Float](repeating: 0, count: network.labelCount)
      return cost(count, perHop: share) {
        for row in 0..<count {
          network.step(normalized.span.extracting(row * width..<(row + 1) * width), &state, into: &probabilities)
        }
      }
    }
  }
}

/// Stores the gate's input and the rows of speech.
private struct StreamOutput: UtteranceReceiver {
  private(set) var speech = SpeechRows()
  private(set) var voiceActivity: [VoiceActivityFeatures] = []

  mutating func utteranceBegan(row: Int) { speech.utteranceBegan(row: row) }
  mutating func utteranceRestarted(row: Int) { speech.utteranceRestarted(row: row) }
  mutating func utterance(row: Int, _ features: Span<Float>) { speech.utterance(row: row, features) }
  mutating func utteranceEnded(row: Int) {}
  mutating func received(row: Int, voiceActivity: VoiceActivityFeatures, isSpeech: Bool) {
    self.voiceActivity.append(voiceActivity)
  }
}
