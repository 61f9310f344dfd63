import Models

/// Trains one network. Everything that chance decides in an epoch comes from the seed and the epoch's number, so that
/// a run that was stopped and resumed between epochs gives, bit for bit, what an uninterrupted one gives.
struct NetworkTrainer: Sendable {
  private(set) var network: Network
  /// Epochs finished.
  private(set) var epoch = 0
  private var optimizer: AdamW
  private let schedule: OneCycle
  private let loss: CrossEntropy
  private var batches: BatchMaker
  private let configuration: TrainingConfiguration
  private let experiment: String
  private var cache = LayerCache()
  private var gradients: [Float]
  private var scoreGradient: [Float] = []

  /// - Parameter experiment: all that the result depends on; a state of another experiment is not resumed.
  init(_ network: Network, batches: BatchMaker, configuration: TrainingConfiguration, experiment: String = "") {
    self.network = network
    self.batches = batches
    self.configuration = configuration
    self.experiment = experiment
    optimizer = AdamW(
      network.layers.parameters, weightDecay: configuration.weightDecay, gradientClip: configuration.gradientClip)
    var random = RandomSource(seed: 0)
    let stepsPerEpoch = batches.order(batchSize: configuration.batchSize, using: &random).count
    schedule = OneCycle(
      highest: configuration.learningRate, steps: configuration.epochs * stepsPerEpoch, warmUp: configuration.warmUp)
    loss = CrossEntropy(smoothing: configuration.labelSmoothing)
    gradients = Array(repeating: 0, count: network.weights.count)
  }

  /// What an epoch was like.
  struct Report: Sendable, Equatable {
    /// Mean loss of the batches.
    var loss: Float
    /// Share of the training utterances, varied as they were, that were recognised.
    var accuracy: Float
  }

  /// Goes through the training clips once.
  ///
  /// - Parameter shouldStop: asked before each step.
  /// - Throws: as `BatchMaker.prepare`.
  /// - Returns: nil where it was stopped; the network is then in the midst of an epoch and of no further use.
  mutating func runEpoch(shouldStop: () -> Bool) throws -> Report? {
    try batches.prepare(epoch: epoch)
    var random = RandomSource(seed: configuration.seed, epoch)
    var total = Report(loss: 0, accuracy: 0)
    var utterances = 0
    let order = batches.order(batchSize: configuration.batchSize, using: &random)
    for clips in order {
      if shouldStop() { return nil }
      let report = step(batches.batch(clips, using: &random), random: RandomSource(seed: random.next()))
      total.loss += report.loss / Float(order.count)
      total.accuracy += Float(report.correct)
      utterances += clips.count
    }
    total.accuracy /= Float(utterances)
    epoch += 1
    return total
  }

  private mutating func step(_ batch: Batch, random: RandomSource) -> (loss: Float, correct: Int) {
    var pass = Pass.training(random)
    network.forward(batch.rows.span, layout: batch.layout, pass: &pass, cache: &cache)
    let result = loss.evaluate(
      cache.output, labels: batch.labels, targets: batch.targets, mask: batch.labelMask, gradient: &scoreGradient)
    for i in gradients.indices { gradients[i] = 0 }
    let scoreGradient = scoreGradient
    network.backward(
      scoreGradient.span, rows: batch.rows.span, layout: batch.layout, cache: &cache, gradients: &gradients)
    optimizer.update(&network.weights, gradients: gradients, learningRate: schedule.rate(at: optimizer.step))
    network.updateStatistics(cache: cache)
    return result
  }
}

/// The state between two epochs, as a file.
extension NetworkTrainer {
  var checkpoint: SafeTensors {
    var file = SafeTensors(metadata: [
      "epoch": String(epoch), "step": String(optimizer.step), "experiment": experiment,
    ])
    network.write(to: &file)
    let count = optimizer.first.count
    file.tensors["optimizer.first"] = SafeTensors.Tensor(shape: [count], values: optimizer.first)
    file.tensors["optimizer.second"] = SafeTensors.Tensor(shape: [count], values: optimizer.second)
    return file
  }

  mutating func resume(from file: SafeTensors, name: String) throws(CheckpointError) {
    guard let epoch = file.metadata["epoch"].flatMap(UInt32.init), let step = file.metadata["step"].flatMap(UInt32.init)
    else { throw CheckpointError("\(name) is no training state: its metadata lack 'epoch' or 'step'") }
    guard file.metadata["experiment"] == experiment else {
      throw CheckpointError(
        "\(name) is the state of a training with other settings; use those again, or remove it to begin anew")
    }
    let count = optimizer.first.count
    optimizer.first = try file.tensor("optimizer.first", shape: [count], file: name)
    optimizer.second = try file.tensor("optimizer.second", shape: [count], file: name)
    optimizer.step = Int(step)
    try network.read(from: file, name: name)
    self.epoch = Int(epoch)
  }
}
