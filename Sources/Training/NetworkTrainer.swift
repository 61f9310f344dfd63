import Models
import Support

/// Trains one network. All random numbers of an epoch come from the seed and the epoch's number, so that a run that is
/// stopped and resumed between epochs gives the same bits as an uninterrupted one.
struct NetworkTrainer: Sendable {
  /// Epochs finished.
  private(set) var epoch = 0
  /// The best epoch so far on the validation clips; nil before any.
  private(set) var best: BestEpoch?
  private let description: NetworkConfiguration
  private let labels: Int
  private var learner: Learner
  private let schedule: any Schedule
  private var batches: any BatchSource
  /// The network including its pooling, where it is trained without it, on vectors; its weights are outdated.
  private let whole: Network?
  private let configuration: TrainingConfiguration
  private let experiment: String

  /// - Parameters:
  ///   - network: with its auxiliary heads.
  ///   - description: of the network without them.
  ///   - loss: with a column for each score of the network; the first head has those of the network's own labels.
  ///   - keepsZeros: whether zero weights of matrices stay zero.
  ///   - experiment: all settings that determine the result; a state of another experiment is not resumed.
  init(
    _ network: Network, description: NetworkConfiguration, loss: MultiTaskLoss, batches: BatchMaker,
    configuration: TrainingConfiguration, keepsZeros: Bool = false, experiment: String = ""
  ) {
    self.description = description
    if configuration.sampling == .smote {
      guard let pooling = network.pooling else { preconditionFailure("SMOTE for a network that works on sequences") }
      whole = network
      self.batches = SMOTEBatches(batches, pooling: pooling, seed: configuration.seed)
    } else {
      whole = nil
      self.batches = batches
    }
    self.configuration = configuration
    self.experiment = experiment
    labels = loss.heads[0].columns.count
    learner = Learner(
      whole?.behindPooling ?? network, loss: loss, configuration: configuration, keepsZeros: keepsZeros)
    var random = RandomSource(seed: 0)
    let stepsPerEpoch = self.batches.order(batchSize: configuration.batchSize, using: &random).count
    schedule = configuration.schedule.schedule(
      highest: configuration.learningRate, warmUp: configuration.warmUp, epochs: configuration.epochs,
      stepsPerEpoch: stepsPerEpoch)
  }

  /// The metrics of an epoch.
  struct Report: Sendable, Equatable {
    /// Mean loss of the batches, without penalties.
    var loss: Float
    /// Accuracy on the augmented training utterances.
    var accuracy: Float
    /// The learning rate of the last step.
    var learningRate: Float
  }

  /// Whether all epochs are done, or early stopping has run out of patience.
  var isFinished: Bool {
    if epoch >= configuration.epochs { return true }
    guard let stopping = configuration.earlyStopping, let best else { return false }
    return epoch - best.epoch >= stopping.patience
  }

  /// The current network, with averaged weights if averaging is on, and without auxiliary heads.
  var network: Network {
    var network = learner.outcome
    if var whole {
      whole.weights = network.weights
      network = whole
    }
    return network.withoutAuxiliaryHeads(description, outputs: labels)
  }

  /// The result of training: with early stopping the best epoch's network, otherwise the last one's.
  var outcome: Network {
    guard configuration.earlyStopping != nil, let best else { return network }
    var outcome = network(of: best)
    outcome.temperature = 1
    return outcome
  }

  /// The network of an earlier epoch, with its calibrated temperature.
  func network(of epoch: BestEpoch) -> Network {
    var earlier = network
    earlier.weights = epoch.weights
    if description.target == .emotion { earlier.temperature = epoch.validation.temperature }
    return earlier
  }

  /// Runs one epoch.
  ///
  /// - Parameter shouldStop: called before each step.
  /// - Throws: a `CaptureError` where copies are redrawn and a recording is no longer readable.
  /// - Returns: nil after a stop; the network is then in the middle of an epoch and unusable.
  mutating func runEpoch(shouldStop: () -> Bool) throws -> Report? {
    do {
      try batches.prepare(epoch: epoch)
    } catch is Stopped {
      return nil
    }
    var random = RandomSource(seed: configuration.seed, epoch)
    var total = Report(loss: 0, accuracy: 0, learningRate: 0)
    var utterances = 0
    let order = batches.order(batchSize: configuration.batchSize, using: &random)
    for clips in order {
      if shouldStop() { return nil }
      let batch = batches.batch(clips, using: &random)
      total.learningRate = schedule.rate(at: learner.step)
      let report = learner.learn(
        batch, random: RandomSource(seed: random.next()), learningRate: total.learningRate)
      total.loss += report.loss / Float(order.count)
      total.accuracy += Float(report.correct)
      utterances += clips.count
    }
    total.accuracy /= Float(utterances)
    epoch += 1
    return total
  }

  /// Records the validation results of the finished epoch.
  ///
  /// - Returns: whether it is the best so far.
  mutating func judge(_ validation: Validation) -> Bool {
    if let best {
      switch configuration.earlyStopping?.metric ?? .uar {
      case .uar: guard validation.uar > best.validation.uar else { return false }
      case .loss: guard validation.loss < best.validation.loss else { return false }
      }
    }
    best = BestEpoch(epoch: epoch, validation: validation, weights: network.weights)
    return true
  }
}

/// The state between two epochs, as a file.
extension NetworkTrainer {
  var checkpoint: SafeTensors {
    var file = SafeTensors(metadata: ["epoch": String(epoch), "experiment": experiment])
    learner.write(to: &file)
    best?.write(to: &file)
    return file
  }

  mutating func resume(from file: SafeTensors, name: String) throws(CheckpointError) {
    guard let epoch = file.metadata["epoch"].flatMap(UInt32.init), let step = file.metadata["step"].flatMap(UInt32.init)
    else { throw CheckpointError("\(name) is no training state: its metadata lack 'epoch' or 'step'") }
    guard file.metadata["experiment"] == experiment else {
      throw CheckpointError(
        "\(name) is the state of a training with other settings; use those again, or remove it to start over")
    }
    try learner.read(from: file, step: Int(step), name: name)
    best = try BestEpoch(file, weights: network.weights.count, name: name)
    self.epoch = Int(epoch)
  }
}
