import Streaming

/// Training settings.
///
/// Omitted keys keep their defaults.
public struct TrainingConfiguration: Codable, Sendable, Equatable {
  /// Passes over the training clips; fixed in advance, so that results do not influence the choice.
  public var epochs = 80
  /// Utterances per step.
  public var batchSize = 32
  /// Highest learning rate of the schedule.
  public var learningRate: Float = 2e-3
  /// Share of the steps in which the one-cycle learning rate rises.
  public var warmUp: Float = 0.15
  /// Weight decay on matrices: with AdamW per unit of learning rate, with all other optimisers added to the gradient.
  public var weightDecay: Float = 1e-2
  /// Probability mass that the targets spread over all labels.
  public var labelSmoothing: Float = 0.1
  /// Maximum Euclidean norm of the gradient.
  public var gradientClip: Float = 5
  /// Resampling of clips in an epoch, where some labels are rarer than others.
  public var sampling = Sampling.asIs
  /// Resampling where some corpora are smaller than others. Neither `smote`, nor combined with a `sampling` by labels.
  public var corpusSampling = Sampling.asIs
  /// The grouping of clips into batches.
  public var batching = Batching.random
  /// Whether the loss of a clip covers only the emotions of its corpus, with calm and neutral as related
  /// (docs/data.md). Otherwise, an emotion that only one of several corpora has is learnt from the sound of that
  /// corpus.
  public var maskForeignLabels = false
  public var loss = LossConfiguration()
  public var optimizer = OptimizerConfiguration()
  public var schedule = ScheduleConfiguration()
  public var regularization = RegularizationConfiguration()
  /// nil: trains all epochs, and uses the last one.
  public var earlyStopping: EarlyStoppingConfiguration?
  /// nil: trains only on labels.
  public var distillation: DistillationConfiguration?
  /// Share of the weights' moving average that a step keeps; 0 for no average. The average is validated and stored.
  public var weightAveraging: Float = 0
  /// Parts of a batch that are computed in parallel.
  public var shards = 1
  /// Whether the ensemble weights are fitted on the validation clips; equal otherwise.
  public var learnVotes = false
  /// Seed of all random numbers: initial weights, order, augmentation, dropout.
  public var seed: UInt64 = 46
  /// Speakers for the calibration of temperatures and for progress reports.
  public var validationSpeakers: [String] = []
  /// Held-out speakers, for tests of the result.
  public var heldOutSpeakers: [String] = []
  /// A random split instead of the two lists of speakers; nil to use the lists.
  public var split: SplitConfiguration?
  public var augmentation = AugmentationConfiguration()

  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case epochs, batchSize, learningRate, warmUp, weightDecay, labelSmoothing, gradientClip, sampling, corpusSampling
    case batching, maskForeignLabels, loss, optimizer, schedule, regularization, earlyStopping, distillation
    case weightAveraging, shards, learnVotes, seed, validationSpeakers, heldOutSpeakers, split, augmentation
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    try section.read(.epochs, into: &epochs)
    try section.read(.batchSize, into: &batchSize)
    try section.read(.learningRate, into: &learningRate)
    try section.read(.warmUp, into: &warmUp)
    try section.read(.weightDecay, into: &weightDecay)
    try section.read(.labelSmoothing, into: &labelSmoothing)
    try section.read(.gradientClip, into: &gradientClip)
    try section.read(.sampling, into: &sampling)
    try section.read(.corpusSampling, into: &corpusSampling)
    try section.read(.batching, into: &batching)
    try section.read(.maskForeignLabels, into: &maskForeignLabels)
    try section.read(.loss, into: &loss)
    try section.read(.optimizer, into: &optimizer)
    try section.read(.schedule, into: &schedule)
    try section.read(.regularization, into: &regularization)
    try section.read(.earlyStopping, into: &earlyStopping)
    distillation = try section.decodeIfPresent(DistillationConfiguration.self, forKey: .distillation)
    try section.read(.weightAveraging, into: &weightAveraging)
    try section.read(.shards, into: &shards)
    try section.read(.learnVotes, into: &learnVotes)
    try section.read(.seed, into: &seed)
    try section.read(.validationSpeakers, into: &validationSpeakers)
    try section.read(.heldOutSpeakers, into: &heldOutSpeakers)
    split = try section.decodeIfPresent(SplitConfiguration.self, forKey: .split)
    try section.read(.augmentation, into: &augmentation)
  }

  /// - Throws: a `ConfigurationError` for the first value outside its range.
  public func validate() throws(ConfigurationError) {
    func require(_ holds: Bool, _ key: CodingKeys, _ range: String) throws(ConfigurationError) {
      try key.require(holds, in: "training", range)
    }
    try require(1...100_000 ~= epochs, .epochs, "between 1 and 100000, not \(epochs)")
    try require(2...100_000 ~= batchSize, .batchSize, "between 2 and 100000 utterances, not \(batchSize)")
    try require(learningRate > 0 && learningRate <= 1, .learningRate, "above 0 and at most 1, not \(learningRate)")
    try require(0...1 ~= warmUp, .warmUp, "between 0 and 1, not \(warmUp)")
    try require(0...1 ~= weightDecay, .weightDecay, "between 0 and 1, not \(weightDecay)")
    try require(labelSmoothing >= 0 && labelSmoothing < 1, .labelSmoothing, "from 0 to below 1, not \(labelSmoothing)")
    try require(gradientClip > 0 && gradientClip.isFinite, .gradientClip, "above 0 and finite, not \(gradientClip)")
    try loss.validate()
    try optimizer.validate()
    try schedule.validate()
    try regularization.validate()
    try earlyStopping?.validate()
    try distillation?.validate()
    try require(
      weightAveraging >= 0 && weightAveraging < 1, .weightAveraging, "from 0 to below 1, not \(weightAveraging)")
    try require(
      1...batchSize / 2 ~= shards, .shards, "between 1 and \(batchSize / 2), half the batch size, not \(shards)")
    let both = Set(validationSpeakers).intersection(heldOutSpeakers)
    try require(both.isEmpty, .heldOutSpeakers, "others than the validation speakers, but \(both.sorted()) are in both")
    try require(
      split == nil || validationSpeakers.isEmpty && heldOutSpeakers.isEmpty, .split,
      "left out where validationSpeakers or heldOutSpeakers are given")
    try split?.validate()
    try augmentation.validate()
    try require(
      sampling != .smote || distillation == nil, .sampling,
      "another than smote with distillation: teachers process clips, not synthetic vectors")
    try require(
      sampling != .smote || augmentation.mixup == 0 && !maskForeignLabels, .sampling,
      "another than smote with mixup or maskForeignLabels: its vectors have one label of the network's")
    try require(
      corpusSampling != .smote, .corpusSampling,
      "as_is, oversample or undersample: smote makes up vectors of rarer labels")
    try require(
      sampling == .asIs || corpusSampling == .asIs, .corpusSampling,
      "as_is where sampling is \(sampling.rawValue): an epoch's number of batches would depend on chance")
  }
}
