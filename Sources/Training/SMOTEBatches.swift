import Models
import Support

/// Batches of vectors, one per utterance, with SMOTE's synthetic vectors of rarer labels: for a network whose only
/// input is that vector.
struct SMOTEBatches: BatchSource {
  private var batches: BatchMaker
  private let pooling: any Layer
  private let seed: UInt64
  /// Vectors of an epoch, including synthetic ones.
  private let count: Int
  /// Vectors of this epoch; those of the clips first.
  private var vectors: [[Float]] = []
  /// Labels of the network's own target and then of each auxiliary one, [targets][vectors]; a synthetic vector has only
  /// the own one.
  private var labels: [[Int?]] = []

  /// - Parameters:
  ///   - batches: of the augmented utterances.
  ///   - pooling: reduces an utterance to one row, without weights.
  init(_ batches: BatchMaker, pooling: any Layer, seed: UInt64) {
    self.batches = batches
    self.pooling = pooling
    self.seed = seed
    let clips = Dictionary(grouping: batches.clips, by: batches.label)
    count = clips.count * (clips.values.map(\.count).max() ?? 0)
  }

  mutating func prepare(epoch: Int) throws {
    try batches.prepare(epoch: epoch)
    // A random key that no epoch's batches use.
    var random = RandomSource(seed: seed, epoch, -1)
    var pass = Pass.inference
    var cache = LayerCache()
    let noWeights: [Float] = []
    vectors = []
    var targets: [[Int?]] = []
    for clip in batches.clips {
      let utterance = batches.batch([clip], using: &random)
      pooling.forward(
        utterance.rows.span, layout: utterance.layout, weights: noWeights.span, pass: &pass, cache: &cache)
      vectors.append(cache.output)
      targets.append(utterance.targets.map { $0.labels[0] })
    }
    let even = SMOTE.oversample(vectors, labels: batches.clips.map(batches.label), using: &random)
    vectors = even.vectors
    labels = targets[0].indices.map { target in
      let known = targets.map { $0[target] }
      return known + even.labels.dropFirst(known.count).map { target == 0 ? $0 : nil }
    }
  }

  func order(batchSize: Int, using random: inout RandomSource) -> [[Int]] {
    cut((0..<count).shuffled(using: &random), batchSize: batchSize)
  }

  func batch(_ numbers: [Int], using random: inout RandomSource) -> Batch {
    Batch(
      rows: numbers.flatMap { vectors[$0] },
      layout: SequenceLayout(lengths: Array(repeating: 1, count: numbers.count)),
      labels: labels.map { labels in numbers.map { labels[$0] } })
  }
}
