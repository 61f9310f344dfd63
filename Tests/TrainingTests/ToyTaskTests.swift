import Glibc
import Support
import Testing

@testable import Models
@testable import Training

/// Tasks with a known answer that a network can learn in seconds, each with a network that cannot, so that success
/// means something.
@Suite("Toy tasks")
struct ToyTaskTests {
  static func configuration() -> TrainingConfiguration {
    var configuration = TrainingConfiguration()
    configuration.optimizer.name = .adam
    configuration.weightDecay = 0
    configuration.labelSmoothing = 0
    return configuration
  }

  /// A network that has made some steps on fresh batches.
  static func trained(
    _ layers: [LayerConfiguration], inputWidth: Int, outputs: Int, steps: Int, learningRate: Float,
    batch: (inout RandomSource) -> Batch
  ) throws -> Network {
    var learner = Learner(
      try .untrained(layers, inputWidth: inputWidth, outputs: outputs), configuration: configuration())
    var random = RandomSource(seed: 46)
    for step in 0..<steps {
      _ = learner.learn(batch(&random), random: RandomSource(seed: 1, step), learningRate: learningRate)
    }
    return learner.outcome
  }

  @Test("Exclusive or: a hidden layer learns it, a linear network cannot")
  func exclusiveOr() throws {
    let batch = Batch([([[0, 0]], 0), ([[0, 1]], 1), ([[1, 0]], 1), ([[1, 1]], 0)])
    func accuracy(_ layers: [LayerConfiguration]) throws -> Float {
      try Self.trained(layers, inputWidth: 2, outputs: 2, steps: 300, learningRate: 0.03) { _ in batch }
        .accuracy(batch)
    }
    let head: [LayerConfiguration] = [.attentionPooling(window: nil), .dense(units: nil)]
    #expect(try accuracy([.dense(units: 8), .activation(.tanh)] + head) == 1)
    #expect(try accuracy(head) < 1)
  }

  /// Waves of one of four frequencies, in any phase and with noise.
  static func waves(_ random: inout RandomSource) -> Batch {
    let periods: [Float] = [16, 11, 8, 6]
    return Batch(
      (0..<32).map { _ in
        let label = random.index(below: 4)
        let phase = random.uniform(0, 2 * .pi)
        let length = 24 + random.index(below: 17)
        let rows = (0..<length).map { time in
          [sinf(2 * .pi * Float(time) / periods[label] + phase) + 0.1 * random.normal()]
        }
        return (rows, label)
      })
  }

  @Test("A sine's frequency: a convolutional network learns it, one without a view of time cannot")
  func sine() throws {
    func accuracy(_ layers: [LayerConfiguration]) throws -> Float {
      let network = try Self.trained(
        layers, inputWidth: 1, outputs: 4, steps: 200, learningRate: 0.01, batch: Self.waves)
      var fresh = RandomSource(seed: 47)
      return (0..<8).reduce(0) { sum, _ in sum + network.accuracy(Self.waves(&fresh)) } / 8
    }
    let tail: [LayerConfiguration] = [.attentionPooling(window: nil), .dense(units: nil)]
    let seeing: [LayerConfiguration] = [
      .conv(units: 16, kernel: 5, dilation: 1), .batchNorm, .activation(.relu),
      .conv(units: 16, kernel: 3, dilation: 4), .batchNorm, .activation(.relu),
    ]
    #expect(try accuracy(seeing + tail) > 0.95)
    let blind: [LayerConfiguration] = [.dense(units: 16), .batchNorm, .activation(.relu)]
    // Chance is 25 %.
    #expect(try accuracy(blind + tail) < 0.6)
  }

  /// Random symbols, the first of which is to be repeated when all have passed.
  static func symbols(_ random: inout RandomSource) -> Batch {
    Batch(
      (0..<32).map { _ in
        let symbols = (0..<6 + random.index(below: 4)).map { _ in random.index(below: 4) }
        let rows = symbols.enumerated().map { time, symbol in
          (0..<4).map { $0 == symbol ? Float(1) : 0 } + [time == 0 ? 1 : 0]
        }
        return (rows, symbols[0])
      })
  }

  @Test("Repeating the first symbol after five to eight: a recurrent network learns it, a short view cannot")
  func memory() throws {
    func accuracy(_ layer: LayerConfiguration) throws -> Float {
      // Of the last row only, so that whatever is known of the first one was remembered.
      let network = try Self.trained(
        [layer, .attentionPooling(window: 1), .dense(units: nil)], inputWidth: 5, outputs: 4, steps: 600,
        learningRate: 0.01, batch: Self.symbols)
      var fresh = RandomSource(seed: 47)
      return (0..<8).reduce(0) { sum, _ in sum + network.accuracy(Self.symbols(&fresh)) } / 8
    }
    #expect(try accuracy(.lstm(units: 32)) > 0.95)
    // Chance is 25 %.
    #expect(try accuracy(.conv(units: 32, kernel: 4, dilation: 1)) < 0.5)
  }
}
