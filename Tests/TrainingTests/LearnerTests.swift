import Support
import TestSupport
import Testing

@testable import Models
@testable import Training

@Suite("Steps of a network")
struct LearnerTests {
  static let layers: [LayerConfiguration] = [
    .residual([.lstm(units: 6)]), .batchNorm, .lstm(units: 8), .attentionPooling(window: nil), .batchNorm,
    .dense(units: nil),
  ]

  /// Ragged batches of random rows and labels.
  static func batches(_ count: Int, size: Int = 8) -> [Batch] {
    var random = RandomSource(seed: 5)
    return (0..<count).map { _ in
      Batch(
        (0..<size).map { _ in
          let length = 1 + random.index(below: 9)
          return ((0..<length).map { _ in (0..<6).map { _ in random.normal() } }, random.index(below: 4))
        })
    }
  }

  static func trained(
    _ layers: [LayerConfiguration] = layers, on batches: [Batch], _ configuration: TrainingConfiguration
  ) throws -> Learner {
    var learner = Learner(try .untrained(layers, inputWidth: 6, outputs: 4), configuration: configuration)
    for (step, batch) in batches.enumerated() {
      _ = learner.learn(batch, random: RandomSource(seed: 1, step), learningRate: 0.01)
    }
    return learner
  }

  /// Errors of single precision grow from step to step, most where an optimiser divides small gradients by their size.
  @Test("Ten steps of a small network follow PyTorch's losses", arguments: OptimizerTests.configurations)
  func tenSteps(_ optimizer: OptimizerConfiguration) throws {
    let golden = try Golden("pytorch_training")
    var configuration = TrainingConfiguration()
    configuration.optimizer = optimizer
    configuration.weightDecay = 0.05
    configuration.gradientClip = 1
    var network = try Network.untrained(Self.layers, inputWidth: 6, outputs: 4)
    network.weights = try golden.values("steps/weights")
    try #require(network.weights.count == network.layers.parameterCount)
    var learner = Learner(network, configuration: configuration)
    let losses = try golden.values("steps/\(optimizer.name.rawValue)/losses")
    #expect(losses.count == 10)
    for (step, expected) in losses.enumerated() {
      let batch = Batch(
        rows: try golden.values("steps/\(step)/rows"),
        layout: SequenceLayout(lengths: try golden.integers("steps/\(step)/lengths")),
        labels: [try golden.integers("steps/\(step)/labels")])
      let result = learner.learn(batch, random: RandomSource(seed: 1), learningRate: 0.01)
      #expect(abs(result.loss - expected) <= 1e-5 * expected, "step \(step)")
    }
  }

  /// Loss and gradients of one pass, of which the losses are divided by `totals`.
  private func pass(_ network: Network, _ batch: Batch, totals: [Float]) -> (loss: Float, gradients: [Float]) {
    let worker = ShardWorker()
    let loss = MultiTaskLoss(CrossEntropy(smoothing: 0.1), classes: network.labelCount)
    let result = worker.learn(network, batch, loss: loss, totals: totals, random: RandomSource(seed: 1))
    return (result.loss, worker.takeGradients())
  }

  @Test("Loss and gradients of a packed batch are those of one that PyTorch has padded and masked")
  func padded() throws {
    let golden = try Golden("pytorch_training")
    var network = try Network.untrained(Self.layers, inputWidth: 6, outputs: 4)
    network.weights = try golden.values("padded/weights")
    let batch = Batch(
      rows: try golden.values("padded/rows"),
      layout: SequenceLayout(lengths: try golden.integers("padded/lengths")),
      labels: [try golden.integers("padded/labels")])
    let (loss, gradients) = pass(network, batch, totals: [5])
    let expected = try golden.values("padded/loss")[0]
    #expect(abs(loss - expected) <= 1e-5 * expected)
    let references = try golden.values("padded/gradients")
    try #require(gradients.count == references.count)
    // Errors of single precision are relative to the largest terms; batch norm of five rows enlarges them.
    let scale = references.reduce(0) { max($0, abs($1)) }
    for (ours, reference) in zip(gradients, references) { #expect(abs(ours - reference) <= 1e-5 * scale) }
  }

  @Test("Without batch norm, a batch's loss and gradients are the sums over its sequences, each alone")
  func alone() throws {
    let layers: [LayerConfiguration] = [
      .conv(units: 8, kernel: 3, dilation: 2), .activation(.tanh), .lstm(units: 8), .attentionPooling(window: 4),
      .dense(units: nil),
    ]
    let network = try Network.untrained(layers, inputWidth: 6, outputs: 4)
    let batch = Self.batches(1)[0]
    let whole = pass(network, batch, totals: [8])
    var sum: (loss: Float, gradients: [Float]) = (0, whole.gradients.map { _ in 0 })
    for (sequence, length) in batch.layout.lengths.enumerated() {
      let rows = (0..<length).map { time in
        let start = batch.layout.row(sequence, at: time) * 6
        return Array(batch.rows[start..<start + 6])
      }
      let own = pass(network, Batch([(rows, batch.targets[0].labels[sequence]!)]), totals: [8])
      sum.loss += own.loss
      sum.gradients = zip(sum.gradients, own.gradients).map { $0 + $1 }
    }
    // Sums in another order.
    #expect(abs(sum.loss - whole.loss) < 1e-6)
    for (ours, reference) in zip(whole.gradients, sum.gradients) { #expect(abs(ours - reference) < 1e-6) }
  }

  @Test("Shards add up: without batch norm, the step is that of the whole batch")
  func shards() throws {
    let layers: [LayerConfiguration] = [.lstm(units: 8), .attentionPooling(window: nil), .dense(units: nil)]
    let batches = Self.batches(1)
    func weights(_ shards: Int) throws -> [Float] {
      var configuration = TrainingConfiguration()
      configuration.optimizer.name = .sgd
      configuration.loss.classWeights = .equal
      configuration.shards = shards
      return try Self.trained(layers, on: batches, configuration).network.weights
    }
    let whole = try weights(1)
    for shards in 2...4 {
      // Sums in another order.
      for (ours, reference) in zip(try weights(shards), whole) { #expect(abs(ours - reference) < 1e-6) }
    }
  }

  @Test("Shards of a batch hold all its sequences, longest first")
  func shardsOfBatch() {
    let batch = Self.batches(1, size: 9)[0]
    for count in 1...6 {
      let shards = batch.shards(count)
      // A shard of one sequence would leave batch norm nothing to compare.
      #expect(shards.count == min(count, 4))
      #expect(shards.map(\.layout.sequenceCount).reduce(0, +) == 9)
      #expect(shards.allSatisfy { $0.layout.sequenceCount >= 2 })
      func sequences(_ batch: Batch) -> [[Float]] {
        batch.layout.lengths.enumerated().map { sequence, length in
          (0..<length).flatMap { time in
            let start = batch.layout.row(sequence, at: time) * 6
            return batch.rows[start..<start + 6]
          } + [Float(batch.targets[0].labels[sequence]!)]
        }
      }
      let whole = sequences(batch)
      for (index, shard) in shards.enumerated() {
        for (place, sequence) in sequences(shard).enumerated() {
          #expect(sequence == whole[place * shards.count + index])
        }
      }
    }
  }

  @Test("The same seed gives the same bits, however many shards run side by side")
  func repeatable() throws {
    let layers = Self.layers.dropLast() + [.dropout(rate: 0.3), .dense(units: nil)]
    let batches = Self.batches(6)
    var results: [[Float]] = []
    for shards in [1, 2, 4] {
      var configuration = TrainingConfiguration()
      configuration.shards = shards
      let first = try Self.trained(Array(layers), on: batches, configuration).network.weights
      for _ in 0..<3 {
        #expect(try Self.trained(Array(layers), on: batches, configuration).network.weights == first)
      }
      results.append(first)
    }
    #expect(results[0] != results[1] && results[1] != results[2])
  }

  @Test("Penalties and averages act")
  func regularized() throws {
    let batches = Self.batches(8)
    let plain = try Self.trained(on: batches, TrainingConfiguration())
    #expect(plain.outcome.weights == plain.network.weights)

    var penalized = TrainingConfiguration()
    penalized.regularization.l2 = 0.5
    func norm(_ weights: [Float]) -> Float { weights.reduce(0) { $0 + $1 * $1 } }
    #expect(norm(try Self.trained(on: batches, penalized).network.weights) < norm(plain.network.weights))

    var averaging = TrainingConfiguration()
    averaging.weightAveraging = 0.5
    let averaged = try Self.trained(on: batches, averaging)
    #expect(averaged.network.weights == plain.network.weights)
    #expect(averaged.outcome.weights != plain.network.weights)
    var expected: [Float] = []
    for count in 1...8 {
      let weights = try Self.trained(on: Array(batches[..<count]), TrainingConfiguration()).network.weights
      expected = expected.isEmpty ? weights : zip(expected, weights).map { ($0 + $1) / 2 }
    }
    for (ours, reference) in zip(averaged.outcome.weights, expected) { #expect(abs(ours - reference) < 1e-6) }
  }

  @Test("Auxiliary heads are trained with the network and cut off without changing what it says")
  func auxiliaryHeads() throws {
    let configuration = NetworkConfiguration(
      name: "n", target: .emotion, adaptive: true, layers: Self.layers,
      auxiliary: [AuxiliaryTarget(.gender, weight: 0.5), AuxiliaryTarget(.intensity, weight: 0.2)])
    var random = RandomSource(seed: 3)
    let network = try Network(training: configuration, inputWidth: 6, outputs: 4, further: 4, random: &random)
    #expect(network.labelCount == 8)
    let loss = MultiTaskLoss(heads: [
      MultiTaskLoss.Head(columns: 0..<4, weight: 1, loss: CrossEntropy()),
      MultiTaskLoss.Head(columns: 4..<6, weight: 0.5, loss: CrossEntropy()),
      MultiTaskLoss.Head(columns: 6..<8, weight: 0.2, loss: CrossEntropy()),
    ])
    var learner = Learner(network, loss: loss, configuration: TrainingConfiguration())
    var batch = Self.batches(1)[0]
    let labels = batch.targets[0].labels
    batch.targets.append(LossTargets(labels: labels.map { $0! % 2 }))
    batch.targets.append(LossTargets(labels: labels.map { $0 == 3 ? nil : $0! / 2 }))
    var losses: [Float] = []
    for step in 0..<60 {
      losses.append(learner.learn(batch, random: RandomSource(seed: 1, step), learningRate: 0.02).loss)
    }
    #expect(losses[59] < 0.5 * losses[0])

    let narrow = learner.outcome.withoutAuxiliaryHeads(configuration, outputs: 4)
    #expect(narrow.labelCount == 4)
    #expect(narrow.configuration == configuration)
    #expect(narrow.weights.count == narrow.layers.parameterCount)
    func scores(_ network: Network) -> [Float] {
      var cache = LayerCache()
      var pass = Pass.inference
      network.forward(batch.rows.span, layout: batch.layout, pass: &pass, cache: &cache)
      return cache.output
    }
    let wide = scores(learner.outcome)
    let kept = scores(narrow)
    for row in 0..<8 {
      for label in 0..<4 { #expect(abs(kept[row * 4 + label] - wide[row * 8 + label]) < 1e-5) }
      // The heads have learnt, too.
      #expect((wide[row * 8 + 5] > wide[row * 8 + 4]) == (batch.targets[1].labels[row] == 1))
    }
  }

  @Test("Auxiliary targets that cannot work are refused by name")
  func auxiliaryFaults() {
    func message(_ layers: [LayerConfiguration], _ auxiliary: [AuxiliaryTarget]) -> String {
      let configuration = NetworkConfiguration(
        name: "n", target: .emotion, adaptive: true, layers: layers, auxiliary: auxiliary)
      return #expect(throws: NetworkConfigurationError.self) {
        var random = RandomSource(seed: 3)
        _ = try Network(training: configuration, inputWidth: 6, outputs: 4, further: 2, random: &random)
      }?.description ?? ""
    }
    let gender = AuxiliaryTarget(.gender, weight: 0.3)
    #expect(message(Self.layers, [AuxiliaryTarget(.emotion, weight: 1)]).contains("auxiliary[0] (emotion)"))
    #expect(message(Self.layers, [gender, gender]).contains("auxiliary[1] (gender)"))
    #expect(message(Self.layers, [AuxiliaryTarget(.gender, weight: 0)]).contains("weight is 0.0"))
    let ends: [LayerConfiguration] = [.attentionPooling(window: nil), .dense(units: 4)]
    #expect(message(ends, [gender]).contains("ends in a dense layer without units"))
    let open: [LayerConfiguration] = [.dense(units: nil), .attentionPooling(window: nil), .dense(units: nil)]
    #expect(message(open, [gender]).contains("only the last of them may leave out its units"))
  }
}
