import Models
import Support
import Testing

@testable import Streaming
@testable import Training

@Suite("Imbalance and batches")
struct ImbalanceTests {
  /// Label 0 seven times, label 2 three times, label 5 once.
  let labels = [0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 5]

  @Test("Sampling makes labels as frequent as the most frequent one, or as rare as the rarest")
  func sampling() {
    var random = RandomSource(seed: 46)
    let clips = Array(labels.indices)
    func draw(_ sampling: Sampling) -> [Int] { sampling.draw(clips, using: &random) { labels[$0] } }
    let unchanged = random
    #expect(draw(.asIs) == clips)
    // The default draws nothing.
    #expect(random == unchanged)
    let more = draw(.oversample)
    #expect([0, 2, 5].map { label in more.count { labels[$0] == label } } == [7, 7, 7])
    #expect(clips.allSatisfy(more.contains))
    // Seven of three: each twice, one a third time.
    #expect([7, 8, 9].map { clip in more.count { $0 == clip } }.sorted() == [2, 2, 3])
    let fewer = (0..<50).map { _ in draw(.undersample) }
    for drawn in fewer { #expect(drawn.map { labels[$0] } == [0, 2, 5]) }
    #expect(Set(fewer.map { $0[0] }).count > 3)
    #expect(Sampling.undersample.draw([], using: &random) { $0 }.isEmpty)
  }

  @Test("Batches by length have the clips and sizes of those at random, and lengths that differ less")
  func batching() {
    var random = RandomSource(seed: 46)
    let lengths = (0..<500).map { _ in 10 + random.index(below: 90) }
    let batches = stride(from: 0, to: 500, by: 25).map { Array($0..<$0 + 25) }
    let unchanged = random
    #expect(Batching.random.rearrange(batches, using: &random) { lengths[$0] } == batches)
    #expect(random == unchanged)
    let byLength = Batching.byLength.rearrange(batches, using: &random) { lengths[$0] }
    #expect(byLength.flatMap(\.self).sorted() == Array(0..<500))
    #expect(byLength.map(\.count) == batches.map(\.count))
    func spread(_ batches: [[Int]]) -> Int {
      batches.reduce(0) { $0 + $1.map { lengths[$0] }.max()! - $1.map { lengths[$0] }.min()! }
    }
    #expect(spread(byLength) * 4 < spread(batches))
    #expect(Batching.byLength.rearrange(batches, using: &random) { lengths[$0] } != byLength)
  }

  @Test("An epoch's number of batches does not depend on chance", arguments: Sampling.allCases, Batching.allCases)
  func batchCount(_ sampling: Sampling, _ batching: Batching) throws {
    let dataset = try SyntheticVoices.dataset.get()
    var training = TrainingConfiguration.quick
    training.sampling = sampling
    training.batching = batching
    // Emotion 0 is rarer than the others.
    let clips = dataset.corpus.clips.indices.filter { dataset.corpus.clips[$0].emotion > 0 || $0 % 2 == 0 }
    let batches = BatchMaker(
      dataset, clips: clips, statistics: dataset.rows[0][0].statistics,
      network: dataset.configuration.networks[0], training: training)
    var random = RandomSource(seed: 46)
    let orders = (0..<5).map { _ in batches.order(batchSize: 8, using: &random) }
    #expect(Set(orders.map(\.count)).count == 1)
    let counts = [0, 2, 3].map { emotion in
      orders[0].flatMap(\.self).count { dataset.corpus.clips[$0].emotion == emotion }
    }
    switch sampling {
    case .asIs, .smote: #expect(counts[1] == 32 && counts[2] == 32 && counts[0] < 32)
    case .oversample: #expect(counts == [32, 32, 32])
    case .undersample: #expect(counts[0] < 32 && Set(counts).count == 1)
    }
  }

  /// The last actor is a second corpus, which has one emotion less.
  private func twoCorpora(actors: ClosedRange<Int>, in folder: String) throws -> Corpus {
    var corpus = try SyntheticVoices.corpus(actors: actors, in: folder)
    corpus.sources.append(Corpus.Source(name: "other", licence: "", prefix: "other"))
    let other = "\(actors.upperBound)"
    corpus.clips.removeAll { $0.speaker == other && $0.emotion == 3 }
    for index in corpus.clips.indices where corpus.clips[index].speaker == other { corpus.clips[index].source = 1 }
    return corpus
  }

  @Test(
    "Corpora are heard as often as the largest one, or the smallest",
    arguments: [
      (Sampling.asIs, [36, 8]), (.oversample, [36, 36]), (.undersample, [8, 8]),
    ])
  func corpora(_ ofCorpora: Sampling, _ expected: [Int]) throws {
    try TemporaryFolder.with { folder in
      let corpus = try twoCorpora(actors: 1...4, in: folder)
      let dataset = try Dataset(corpus, configuration: .small, augmentation: nil)
      var training = TrainingConfiguration.quick
      training.corpusSampling = ofCorpora
      let batches = BatchMaker(
        dataset, clips: Array(corpus.clips.indices), statistics: dataset.rows[0][0].statistics,
        network: dataset.configuration.networks[0], training: training)
      var random = RandomSource(seed: 46)
      let orders = (0..<5).map { _ in batches.order(batchSize: 8, using: &random).flatMap(\.self) }
      for order in orders {
        #expect([0, 1].map { source in order.count { dataset.corpus.clips[$0].source == source } } == expected)
      }
      // What is left out is drawn anew in each epoch; nothing is left out where clips are heard more often.
      let heard = orders.map(Set.init)
      if ofCorpora == .undersample {
        #expect(Set(heard).count > 1)
      } else {
        #expect(heard.allSatisfy { $0.count == 44 })
      }
    }
  }

  @Test("Mixup mixes rows and labels in the same shares, of which the own one is the larger, and which sum to 1")
  func mixup() throws {
    let dataset = try SyntheticVoices.dataset.get()
    func batch(mixup: Float) -> Batch {
      var training = TrainingConfiguration.quick
      training.augmentation.mixup = mixup
      let batches = BatchMaker(
        dataset, clips: Array(0..<40), statistics: dataset.rows[0][0].statistics,
        network: dataset.configuration.networks[0], training: training)
      var random = RandomSource(seed: 46)
      return batches.batch(Array(0..<40), using: &random)
    }
    let plain = batch(mixup: 0)
    #expect(plain.targets[0].shares == nil && plain.targets[0].mask == nil)
    let mixed = batch(mixup: 0.4)
    // What was drawn for each sequence before is the same, so lengths and labels are.
    #expect(mixed.layout == plain.layout && mixed.targets[0].labels == plain.targets[0].labels)
    #expect(mixed.rows != plain.rows)
    let targets = try #require(mixed.targets[0].shares)
    #expect(targets.count == 40 * 8)
    for (sequence, label) in mixed.targets[0].labels.enumerated() {
      let shares = targets[sequence * 8..<(sequence + 1) * 8]
      #expect(abs(shares.reduce(0, +) - 1) < 1e-6)
      #expect(shares.allSatisfy { 0...1 ~= $0 } && shares[sequence * 8 + label!] >= 0.5)
      #expect(shares.count { $0 > 0 } <= 2)
    }
    #expect(targets.contains { 0.01...0.49 ~= $0 })
    #expect(Mixup.rows([1, 2, 3, 4, 5, 6], with: [10, 20], share: 0.75) == [3.25, 6.5, 4.75, 8, 6.25, 9.5])
    #expect(Mixup.rows([1, 2], with: [10, 20, 30, 40], share: 1) == [1, 2])
  }

  @Test("Shares of mixup follow the Beta distribution", arguments: [Float(0.2), 1])
  func shares(_ alpha: Float) {
    var random = RandomSource(seed: 46)
    let shares = (0..<20000).map { _ in Mixup(alpha: alpha).share(using: &random) }
    // The larger of two shares is as far from a half as either, so its mean square distance is the variance,
    // 1 / (4 (2α + 1)). Four deviations of the estimate are at most 2.6 %.
    let variance = shares.reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) } / 20000
    #expect(abs(variance * 4 * (2 * alpha + 1) - 1) < 0.03)
    #expect(shares.allSatisfy { 0.5...1 ~= $0 })
  }

  @Test("The loss asks for the labels of a clip's own corpus only, where it is told so")
  func masks() throws {
    try TemporaryFolder.with { folder in
      let corpus = try twoCorpora(actors: 1...2, in: folder)
      let dataset = try Dataset(corpus, configuration: .small, augmentation: nil)
      var training = TrainingConfiguration()
      training.maskForeignLabels = true
      func batch(_ network: Int) -> Batch {
        let batches = BatchMaker(
          dataset, clips: Array(corpus.clips.indices), statistics: dataset.rows[0][0].statistics,
          network: dataset.configuration.networks[network], training: training)
        var random = RandomSource(seed: 46)
        return batches.batch(Array(corpus.clips.indices), using: &random)
      }
      #expect(batch(2).targets[0].mask == nil)
      for mixup: Float in [0, 0.3] {
        training.augmentation.mixup = mixup
        let target = batch(0).targets[0]
        let mask = try #require(target.mask)
        let rows = stride(from: 0, to: mask.count, by: 8).map { Array(mask[$0..<$0 + 8]) }
        #expect(rows.count == 20)
        #expect(rows.allSatisfy { $0[0] && $0[2] && !$0[4...].contains(true) })
        // Neither corpus has calm clips: what is not neutral is not calm either, neutral clips may be.
        if mixup == 0 { #expect(zip(rows, target.labels).allSatisfy { $0[1] == ($1 != 0) }) }
        let own = rows.count { !$0[3] }
        // Where both corpora are in a mixture, the labels of both may be right.
        #expect(mixup == 0 ? own == 8 : own < 8)
      }
    }
  }

  @Test("SMOTE evens labels out by vectors between near neighbours of the same label")
  func smote() {
    var random = RandomSource(seed: 46)
    let vectors = labels.map { label in (0..<3).map { _ in Float(10 * label) + random.normal() } }
    let result = SMOTE.oversample(vectors, labels: labels, neighbours: 2, using: &random)
    #expect(Array(result.vectors[..<labels.count]) == vectors)
    #expect(Array(result.labels[..<labels.count]) == labels)
    #expect([0, 2, 5].map { label in result.labels.count { $0 == label } } == [7, 7, 7])
    for (vector, label) in zip(result.vectors, result.labels).dropFirst(labels.count) {
      let members = labels.indices.filter { labels[$0] == label }
      let between = members.contains { from in
        func distance(_ other: Int) -> Float {
          zip(vectors[from], vectors[other]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        let nearest = members.filter { $0 != from }.sorted { distance($0) < distance($1) }.prefix(2)
        return (nearest.isEmpty ? [from] : Array(nearest)).contains { to in
          liesBetween(vector, vectors[from], vectors[to])
        }
      }
      #expect(between)
    }
  }

  static let onStatistics = NetworkConfiguration(
    name: "mlp", target: .emotion, adaptive: true,
    layers: [
      .functionals(statistics: [.mean, .deviation, .slope], window: 300), .batchNorm, .dense(units: 8),
      .activation(.relu), .dense(units: nil),
    ], auxiliary: [AuxiliaryTarget(.gender, weight: 0.3)])

  /// Clips of which emotion 0 is rarer than the two others.
  private func uneven(_ dataset: Dataset) -> [Int] {
    dataset.corpus.clips.indices.filter { dataset.corpus.clips[$0].emotion > 0 || $0 % 2 == 0 }
  }

  @Test("Batches with SMOTE hold a vector of each utterance, and made-up ones of rarer labels, new in each epoch")
  func smoteBatches() throws {
    let dataset = try SyntheticVoices.dataset.get()
    let clips = uneven(dataset)
    var random = RandomSource(seed: 3)
    let network = try Network(training: Self.onStatistics, inputWidth: 16, outputs: 8, further: 2, random: &random)
    let pooling = try #require(network.pooling)
    let utterances = BatchMaker(
      dataset, clips: clips, statistics: dataset.rows[0][0].statistics, network: Self.onStatistics, training: .quick)
    var batches = SMOTEBatches(utterances, pooling: pooling, seed: 46)
    /// The vectors of an epoch with their emotions and genders, in the order of their numbers.
    func epoch(_ epoch: Int) throws -> (vectors: [[Float]], targets: [[Int?]]) {
      try batches.prepare(epoch: epoch)
      let order = batches.order(batchSize: 10, using: &random)
      #expect(order.count == 10 && order.allSatisfy { 9...10 ~= $0.count })
      let numbers = order.flatMap(\.self).sorted()
      #expect(numbers == Array(0..<96))
      let batch = batches.batch(numbers, using: &random)
      #expect(batch.layout == SequenceLayout(lengths: Array(repeating: 1, count: 96)))
      let vectors = stride(from: 0, to: batch.rows.count, by: 48).map { Array(batch.rows[$0..<$0 + 48]) }
      return (vectors, batch.targets.map(\.labels))
    }
    let first = try epoch(0)
    #expect([0, 2, 3].map { emotion in first.targets[0].count { $0 == emotion } } == [32, 32, 32])
    #expect(first.targets[0].prefix(clips.count).elementsEqual(clips.map { dataset.corpus.clips[$0].emotion }))
    #expect(first.targets[1].prefix(clips.count).elementsEqual(clips.map { dataset.corpus.clips[$0].gender }))
    #expect(first.targets[0].dropFirst(clips.count).allSatisfy { $0 == 0 })
    #expect(first.targets[1].dropFirst(clips.count).allSatisfy { $0 == nil })
    let own = first.vectors.indices.filter { $0 < clips.count && first.targets[0][$0] == 0 }.map { first.vectors[$0] }
    for vector in first.vectors.dropFirst(clips.count) {
      #expect(own.contains { from in own.contains { liesBetween(vector, from, $0) } })
    }
    // The same epoch again is the same, another one is not.
    #expect(try epoch(0).vectors == first.vectors)
    #expect(zip(try epoch(1).vectors, first.vectors).allSatisfy { $0 != $1 })
  }

  @Test("A network on statistics learns with SMOTE, from seed to bits, and hears as one trained without")
  func smoteTraining() throws {
    let dataset = try SyntheticVoices.dataset(networks: [Self.onStatistics])
    var configuration = TrainingConfiguration.quick
    configuration.epochs = 40
    configuration.sampling = .smote
    configuration.shards = 2
    let clips = uneven(dataset)
    let all = try Split(dataset.corpus, configuration)
    let split = Split(training: all.training.filter(clips.contains), validation: all.validation, test: all.test)
    func train(_ configuration: TrainingConfiguration, state: String? = nil) throws -> Recognizer? {
      let stop = StopFlag()
      return try RecognizerTrainer(dataset, split, configuration, stateDirectory: state, stop: stop).train { progress in
        if progress.epoch == 7, state != nil { stop.requestStop() }
      }
    }
    let recognizer = try #require(try train(configuration))
    // Chance is 33 %.
    let result = try #require(recognizer.evaluate(dataset, split.test)["mlp"])
    #expect(result.emotion.unweightedAverageRecall > 0.6, "\(result.emotion.counts)")
    // The model has the layers of the configuration.
    let checkpoint = recognizer.checkpoint.encoded()
    let read = try Recognizer(SafeTensors(checkpoint.span, name: "model"), name: "model")
    #expect(read.networks[0].configuration == Self.onStatistics)
    #expect(read.networks[0].weights == recognizer.networks[0].weights)
    try TemporaryFolder.with { folder in
      let stopped = try train(configuration, state: folder)
      let resumed = try train(configuration, state: folder)
      #expect(stopped == nil && resumed?.checkpoint.encoded() == checkpoint)
    }
    configuration.sampling = .asIs
    #expect(try #require(try train(configuration)).networks[0].weights != recognizer.networks[0].weights)
  }

  @Test(
    "Which networks look at one vector of an utterance",
    arguments: [
      ([.globalMaxPooling, .dense(units: nil)], true), ([.globalAveragePooling, .dense(units: nil)], true),
      ([.attentionPooling(window: nil), .dense(units: nil)], false),
      ([.dense(units: 4), .globalAveragePooling, .dense(units: nil)], false),
      ([.lstm(units: 4), .globalAveragePooling, .dense(units: nil)], false),
    ] as [([LayerConfiguration], Bool)])
  func poolings(_ layers: [LayerConfiguration], _ isOne: Bool) throws {
    let network = try Network.untrained(layers, inputWidth: 3, outputs: 4)
    #expect((network.pooling != nil) == isOne)
    guard isOne else { return }
    #expect(network.behindPooling.layers.inputWidth == 3 && network.behindPooling.weights == network.weights)
    // A configuration may ask for it exactly where there is one.
    var experiment = ExperimentConfiguration(recognizer: RecognizerConfiguration(networks: [network.configuration]))
    experiment.training.sampling = .smote
    try experiment.validate()
  }

  @Test("SMOTE is refused for networks that need sequences, and where vectors would have several labels")
  func smoteRefused() {
    func message(_ change: (inout ExperimentConfiguration) -> Void) -> String {
      var experiment = ExperimentConfiguration(recognizer: .small)
      experiment.recognizer.networks = [Self.onStatistics]
      experiment.training.sampling = .smote
      change(&experiment)
      return #expect(throws: ConfigurationError.self) { try experiment.validate() }.map { "\($0)" } ?? ""
    }
    let sequences = message { $0.recognizer.networks = RecognizerConfiguration.small.networks }
    #expect(sequences.contains("training.sampling") && sequences.contains("network 'lstm' needs sequences"))
    #expect(sequences.contains("functionals, global_average_pooling, global_max_pooling"))
    #expect(message { $0.training.augmentation.mixup = 0.2 }.contains("mixup"))
    #expect(message { $0.training.maskForeignLabels = true }.contains("maskForeignLabels"))
    let ofCorpora = message {
      $0.training.sampling = .asIs
      $0.training.corpusSampling = .smote
    }
    #expect(ofCorpora.contains("training.corpusSampling") && ofCorpora.contains("oversample or undersample"))
    // Which labels chance draws of a corpus would decide how many batches an epoch has.
    for sampling in Sampling.allCases where sampling != .asIs {
      let both = message {
        $0.training.sampling = sampling
        $0.training.corpusSampling = .oversample
      }
      #expect(both.contains("training.corpusSampling") && both.contains("as_is"))
    }
  }

  /// Whether a vector is x + u · (y − x) with one u of 0…1, to the rounding of single precision.
  private func liesBetween(_ vector: [Float], _ x: [Float], _ y: [Float]) -> Bool {
    let lengths = zip(x, y).reduce(Float(0)) { $0 + ($1.1 - $1.0) * ($1.1 - $1.0) }
    guard lengths > 0 else { return vector == x }
    var share: Float = 0
    for i in x.indices { share += (vector[i] - x[i]) * (y[i] - x[i]) / lengths }
    return -1e-4...1.0001 ~= share
      && x.indices.allSatisfy { abs(vector[$0] - x[$0] - share * (y[$0] - x[$0])) < 1e-4 }
  }

  @Test("SMOTE takes near neighbours only, spreads evenly along the way, and leaves balanced labels alone")
  func smoteNeighbours() {
    var random = RandomSource(seed: 46)
    // On a line: the neighbour of 0 is 1, that of 1 is 0, that of 10 is 11, that of 11 is 10.
    let vectors: [[Float]] = [[0], [1], [10], [11]] + (0..<2004).map { [Float(-$0)] }
    let labels = [1, 1, 1, 1] + [Int](repeating: 0, count: 2004)
    let result = SMOTE.oversample(vectors, labels: labels, neighbours: 1, using: &random)
    let new = result.vectors.dropFirst(vectors.count).map { $0[0] }
    #expect(new.count == 2000)
    #expect(new.allSatisfy { 0...1 ~= $0 || 10...11 ~= $0 })
    // Half of them each, with a deviation of 22; means with one of 0.01. Four of both.
    let low = new.filter { $0 <= 1 }
    #expect(abs(low.count - 1000) < 90)
    #expect(abs(low.reduce(0, +) / Float(low.count) - 0.5) < 0.04)
    let balanced = SMOTE.oversample([[0], [1]], labels: [0, 1], using: &random)
    #expect(balanced.vectors == [[0], [1]])
    #expect(SMOTE.oversample([], labels: [], using: &random).vectors.isEmpty)
  }
}
