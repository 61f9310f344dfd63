import Models
import Support

/// Trains a network batch by batch: forward, loss, backward, and an optimiser step.
///
/// A batch may be split into shards that run in parallel. Their number is a setting, independent of the cores, and
/// their gradients are summed in order, so that the result is the same on every machine. Batch norm treats each shard
/// as a separate batch (ghost batch norm: Hoffer, Hubara and Soudry 2017).
package struct Learner: Sendable {
  /// Including its auxiliary heads.
  private(set) package var network: Network
  /// Steps made.
  var step = 0
  private(set) var optimizer: any Optimizer
  private(set) var average: WeightAverage?
  private let loss: MultiTaskLoss
  private let mask: ParameterMask
  /// Indices of weights that stay zero.
  private let zeros: [Int]
  private let configuration: TrainingConfiguration
  private let workers: [ShardWorker]

  /// - Parameters:
  ///   - network: with an output for each column of the loss.
  ///   - configuration: its optimiser, decay, penalty, clip, average and shards.
  ///   - keepsZeros: whether zero weights of matrices stay zero.
  init(_ network: Network, loss: MultiTaskLoss, configuration: TrainingConfiguration, keepsZeros: Bool = false) {
    precondition(network.labelCount == loss.heads.last!.columns.upperBound, "a loss of another width than the network")
    self.network = network
    self.loss = loss
    self.configuration = configuration
    mask = ParameterMask(network.layers.parameters)
    zeros = keepsZeros ? network.zeros : []
    optimizer = configuration.optimizer.optimizer(mask, weightDecay: configuration.weightDecay)
    average = configuration.weightAveraging > 0 ? WeightAverage(decay: configuration.weightAveraging) : nil
    workers = (0..<configuration.shards).map { _ in ShardWorker() }
  }

  /// A learner for a network with one head.
  package init(_ network: Network, configuration: TrainingConfiguration) {
    let loss = configuration.loss.loss(smoothing: configuration.labelSmoothing, classWeights: nil)
    self.init(network, loss: MultiTaskLoss(loss, classes: network.labelCount), configuration: configuration)
  }

  /// Makes one step.
  ///
  /// - Parameter random: the source of dropout masks.
  /// - Returns: the batch's loss before the step, without penalties, and the number of correct predictions of the
  ///   network's own target.
  package mutating func learn(
    _ batch: Batch, random: RandomSource, learningRate: Float
  ) -> (loss: Float, correct: Int) {
    let totals = loss.totals(batch.targets)
    var gradients: [Float]
    var result: (loss: Float, correct: Int)
    let shards = batch.shards(workers.count)
    if shards.count == 1 {
      result = workers[0].learn(network, batch, loss: loss, totals: totals, random: random)
      gradients = workers[0].takeGradients()
    } else {
      let (network, loss, workers) = (network, loss, workers)
      var random = random
      let seed = random.next()
      let results = Parallel.map(Array(shards.enumerated())) { index, shard in
        workers[index].learn(network, shard, loss: loss, totals: totals, random: RandomSource(seed: seed, index))
      }
      result = results.reduce((0, 0)) { ($0.0 + $1.loss, $0.1 + $1.correct) }
      gradients = workers[0].takeGradients()
      for worker in workers[1..<shards.count] {
        let further = worker.takeGradients()
        for i in gradients.indices { gradients[i] += further[i] }
      }
    }
    configuration.regularization.add(to: &gradients, network.weights, mask)
    GradientClip.apply(&gradients, longest: configuration.gradientClip)
    step += 1
    optimizer.update(&network.weights, gradients: gradients, learningRate: learningRate, step: step)
    for index in zeros { network.weights[index] = 0 }
    for worker in workers[..<shards.count] { worker.updateStatistics(&network) }
    average?.follow(network.weights)
    return result
  }

  /// The trained network so far: with averaged weights if averaging is on.
  package var outcome: Network {
    var outcome = network
    if let average, !average.weights.isEmpty { outcome.weights = average.weights }
    return outcome
  }
}

/// The optimiser state as a file.
extension Learner {
  func write(to file: inout SafeTensors) {
    file.metadata["step"] = String(step)
    network.write(to: &file)
    for (name, values) in zip(optimizer.memoryNames, optimizer.memory) {
      file.tensors["optimizer.\(name)"] = SafeTensors.Tensor(shape: [values.count], values: values)
    }
    if let average {
      file.tensors["average.weights"] = SafeTensors.Tensor(shape: [average.weights.count], values: average.weights)
    }
  }

  /// - Parameter name: the file's name in error messages.
  mutating func read(from file: SafeTensors, step: Int, name: String) throws(CheckpointError) {
    var memory: [[Float]] = []
    for part in optimizer.memoryNames {
      memory.append(try file.tensor("optimizer.\(part)", shape: [network.weights.count], file: name))
    }
    optimizer.memory = memory
    if average != nil {
      average?.weights = try file.tensor("average.weights", shape: [network.weights.count], file: name)
    }
    try network.read(from: file, name: name)
    self.step = step
  }
}
