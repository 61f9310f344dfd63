import Glibc
import Models
import Support
import Testing

@testable import Streaming
@testable import Training

@Suite("Adapting the last layer")
struct AdaptationTests {
  static let layer: LastLayer = {
    var random = RandomSource(seed: 46)
    return LastLayer(
      inputs: 4, outputs: 3, weights: (0..<15).map { _ in random.uniform(-1, 1) }, temperature: 1.5)
  }()

  static func examples(_ labels: [Int], seed: UInt64 = 1) -> [LastLayer.Example] {
    var random = RandomSource(seed: seed)
    return labels.map { label in
      LastLayer.Example(features: (0..<4).map { _ in random.normal() }, label: label, weight: random.uniform(0.5, 1))
    }
  }

  /// The layer's scores, divided by its temperature.
  static func scores(_ weights: [Double], _ example: LastLayer.Example) -> [Double] {
    (0..<3).map { (label: Int) -> Double in
      var score: Double = weights[12 + label]
      for i in 0..<4 { score += weights[4 * label + i] * Double(example.features[i]) }
      return score / 1.5
    }
  }

  /// The loss as docs/personal.md writes it.
  static func loss(_ weights: [Double], _ examples: [LastLayer.Example], penalty: Double) -> Double {
    var counts: [Double] = [0, 0, 0]
    for example in examples { counts[example.label] += Double(example.weight) }
    var loss: Double = 0
    for example in examples {
      let shares: [Double] = zip(softmax(scores(weights, example)), counts).map { $0 * $1 }
      loss -= Double(example.weight) * log(shares[example.label] / (shares[0] + shares[1] + shares[2]))
    }
    for (weight, start) in zip(weights, layer.weights) {
      let move: Double = weight - Double(start)
      loss += penalty * move * move
    }
    return loss
  }

  static func distance(_ weights: [Float]) -> Double {
    var sum: Double = 0
    for (weight, start) in zip(weights, layer.weights) {
      let move = Double(weight - start)
      sum += move * move
    }
    return sum.squareRoot()
  }

  @Test("The weights found are the minimum of the loss", arguments: [0.1, 1, 30])
  func minimum(_ penalty: Double) {
    let examples = Self.examples([0, 0, 1, 2, 2, 2, 1, 0])
    let found = Self.layer.fitted(to: examples, penalty: penalty).map(Double.init)
    let lowest = Self.loss(found, examples, penalty: penalty)
    for index in found.indices {
      for step in [-0.01, 0.01] {
        var moved = found
        moved[index] += step
        // The loss curves by 2 λ at least: a step of 0.01 from the minimum costs λ · 1e-4, while what remains of the
        // slope, 2 λ · 1e-4 at most, gives back 2e-6 λ.
        #expect(Self.loss(moved, examples, penalty: penalty) > lowest + 0.9e-4 * penalty)
      }
    }
  }

  @Test("Few examples, or a dear change, change little; none change nothing")
  func pull() {
    let examples = Self.examples([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2])
    #expect(Self.layer.fitted(to: [], penalty: 1) == Self.layer.weights)
    let few = Self.distance(Self.layer.fitted(to: Array(examples.prefix(2)), penalty: 1))
    let many = Self.distance(Self.layer.fitted(to: examples, penalty: 1))
    #expect(few > 0.01 && few < many)
    let dear = Self.distance(Self.layer.fitted(to: examples, penalty: 1000))
    #expect(dear < many / 50)
  }

  @Test("An emotion without an example keeps its weights, however many there are of others")
  func missing() {
    let examples = Self.examples((0..<200).map { 2 * ($0 % 2) })
    let found = Self.layer.fitted(to: examples, penalty: 1)
    #expect(found[4..<8] == Self.layer.weights[4..<8] && found[13] == Self.layer.weights[13])
    #expect(Self.distance(found) > 0.1)
    // Of one emotion alone nothing is learnt.
    #expect(Self.layer.fitted(to: Self.examples([1, 1, 1]), penalty: 1) == Self.layer.weights)
  }

  /// The mean share that a label gets over examples.
  static func share(_ weights: [Float], _ label: Int, _ examples: [LastLayer.Example]) -> Double {
    var sum: Double = 0
    for example in examples { sum += softmax(scores(weights.map(Double.init), example))[label] }
    return sum / Double(examples.count)
  }

  @Test("That an emotion is frequent among the examples makes it no more likely")
  func frequency() {
    // The same examples, those of one label ten times.
    let examples = Self.examples([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2])
    let frequent = examples.flatMap { Array(repeating: $0, count: $0.label == 0 ? 10 : 1) }
    let once = Self.share(Self.layer.fitted(to: examples, penalty: 0.1), 0, examples)
    let often = Self.share(Self.layer.fitted(to: frequent, penalty: 0.1), 0, examples)
    // A third of the examples are of the label. Ten times of twelve would be ten in twelve without the correction.
    #expect(abs(once - 1.0 / 3) < 0.12 && abs(often - once) < 0.12, "\(once), \(often)")
  }

  @Test("A recognizer that never learnt anything learns three emotions by its last layers, and tells them in others")
  func learns() throws {
    let dataset = try SyntheticVoices.dataset.get()
    let statistics = dataset.rows.reduce(into: FeatureStatistics(width: 16)) { $0.add($1[0].statistics) }
    let recognizer = try LiveParityTests.recognizer(statistics: statistics)
    func clips(_ speakers: Set<String>) -> [Int] {
      dataset.corpus.clips.indices.filter { speakers.contains(dataset.corpus.clips[$0].speaker) }
    }
    func recall(_ recognizer: Recognizer, _ clips: [Int]) -> Double {
      recognizer.predictions(dataset, clips).posteriors("ensemble", classes: 8).confusion.unweightedAverageRecall
    }
    let taught = clips(["1", "2", "3", "4", "5", "6"])
    let others = clips(["7", "8"])
    let adapted = try recognizer.adapted(to: taught, of: dataset, penalty: 0.05)
    #expect(recall(recognizer, others) < 0.5)
    // Chance is a third; of 24 clips 2 in 3 are further from it than three deviations.
    #expect(recall(adapted, others) > 0.66, "\(recall(adapted, others))")
    #expect(recall(adapted, taught) > 0.75, "\(recall(adapted, taught))")

    for (before, after) in zip(recognizer.networks, adapted.networks) {
      #expect(after.temperature == before.temperature)
      let last = (before.layers.layers.last as! Dense).parameterCount
      #expect(after.weights.dropLast(last) == before.weights.dropLast(last))
      #expect((after.weights.suffix(last) == before.weights.suffix(last)) == (before.configuration.target == .gender))
    }
    #expect(adapted.ensemble == recognizer.ensemble && adapted.statistics == recognizer.statistics)
    #expect(recognizer.provenance.adaptation == nil)
    let adaptation = try #require(adapted.provenance.adaptation)
    #expect(adaptation.clips == 72 && adaptation.corpora == ["RAVDESS speech"])
    #expect(adaptation.speakers.sorted() == ["1", "2", "3", "4", "5", "6"])
    #expect(adapted.provenance.knows("3", of: ["RAVDESS speech"]))
    #expect(!adapted.provenance.knows("7", of: ["RAVDESS speech"]) && !adapted.provenance.knows("3", of: ["nemo"]))
    let bytes = adapted.checkpoint.encoded()
    let read = try Recognizer(SafeTensors(bytes.span, name: "it"), name: "it")
    #expect(read.provenance == adapted.provenance)
    #expect(try read.adapted(to: others, of: dataset).provenance.adaptation?.clips == 96)
  }

  @Test("What a layer is fitted to is what it hears live, with a profile and without")
  func features() throws {
    let dataset = try SyntheticVoices.dataset.get()
    let recognizer = try LiveParityTests.recognizer(statistics: dataset.rows[0][0].statistics)
    let known = VoiceProfile(dataset.rows[40][0].statistics, madeWith: dataset.configuration)
    for profile in [nil, known] {
      for network in recognizer.networks.prefix(2) {
        let dense = try #require(network.layers.layers.last as? Dense)
        let last = Array(network.weights.suffix(dense.parameterCount))
        var evaluator = Evaluator(recognizer.only(network), dataset, profile: profile)
        for clip in [0, 30, 95] {
          var listener = FeatureListener(network, normalizer: recognizer.normalizer(profile))
          let heard = evaluator.recognize(clip)
          for (utterance, verdict) in zip(dataset.rows[clip][0].utterances, heard.utterances) {
            let features = listener.features(utterance)
            let scores = (0..<8).map { (label: Int) -> Double in
              var score: Float = last[8 * dense.inputWidth + label]
              for i in features.indices { score += last[label * dense.inputWidth + i] * features[i] }
              return Double(score / network.temperature)
            }
            for (share, probability) in zip(softmax(scores), verdict.probabilities) {
              // Single precision, through a network whose batch norms are folded on one side.
              #expect(abs(share - Double(probability)) < 1e-4)
            }
          }
        }
      }
    }
  }

  @Test("What cannot be adapted is said")
  func errors() throws {
    let dataset = try SyntheticVoices.dataset.get()
    let statistics = dataset.rows[0][0].statistics
    let recognizer = try LiveParityTests.recognizer(statistics: statistics)
    let nothing = #expect(throws: OperationError.self) { try recognizer.adapted(to: [], of: dataset) }
    #expect(nothing?.kind == .badData && nothing?.description.contains("no speech was detected") == true)
    let alike = dataset.corpus.clips.indices.filter { dataset.corpus.clips[$0].emotion == 3 }
    let one = #expect(throws: OperationError.self) { try recognizer.adapted(to: alike, of: dataset) }
    #expect(one?.description.hasPrefix("all recordings to adapt to are 'sad'") == true)
    var configuration = RecognizerConfiguration.small
    configuration.networks[1].layers = [.dense(units: nil), .globalAveragePooling]
    let other = try LiveParityTests.recognizer(statistics: statistics, configuration: configuration)
    let last = #expect(throws: OperationError.self) { try other.adapted(to: Array(dataset.rows.indices), of: dataset) }
    #expect(last?.description.contains("network 'cnn' ends in 'global_average_pooling'") == true)
  }
}

private func softmax(_ scores: [Double]) -> [Double] {
  let highest: Double = scores.max()!
  let powers: [Double] = scores.map { exp($0 - highest) }
  let total: Double = powers.reduce(0, +)
  return powers.map { $0 / total }
}
