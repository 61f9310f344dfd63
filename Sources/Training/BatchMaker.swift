import Glibc
import Models
import Streaming
import Support

/// Draws training batches: chooses copies, simulates the session history of each clip, normalises, crops and masks.
struct BatchMaker: BatchSource {
  private var dataset: Dataset
  private let statistics: FeatureStatistics
  /// nil where the session history keeps the effect of its emotions.
  private let offsets: EmotionOffsets?
  private let target: Target
  /// The network's own target, followed by the auxiliary ones.
  private let targets: [AuxiliaryTarget.Kind]
  private let adaptive: Bool
  private let augmentation: AugmentationConfiguration
  private let sampling: Sampling
  private let corpusSampling: Sampling
  private let batching: Batching
  private let mixup: Mixup?
  private let teacher: Teacher.Voters?
  /// nil where the loss covers all labels.
  private let foreign: ForeignEmotions?
  private let width: Int
  /// Columns to which a gain adds a constant.
  private let levelColumns: [Int]
  /// Training clips with speech and with a label for the network's target.
  let clips: [Int]
  /// The same clips by speaker.
  private let clipsOfSpeaker: [String: [Int]]

  /// Clips with fewer rows of speech are unusable, and no crop leaves fewer.
  private static let fewestRows = 4

  init(
    _ dataset: Dataset, clips: [Int], statistics: FeatureStatistics, offsets: EmotionOffsets? = nil,
    network: NetworkConfiguration, training: TrainingConfiguration, teacher: Teacher? = nil
  ) {
    let target = network.target
    self.target = target
    self.dataset = dataset
    self.teacher = teacher?.voters(for: network)
    self.statistics = statistics
    self.offsets = dataset.configuration.normalizer.compensation > 0 ? offsets : nil
    augmentation = training.augmentation.forNetwork(network.name)
    sampling = training.sampling
    corpusSampling = training.corpusSampling
    batching = training.batching
    mixup = training.augmentation.mixup == 0 ? nil : Mixup(alpha: training.augmentation.mixup)
    foreign = training.maskForeignLabels && target == .emotion ? ForeignEmotions(dataset.corpus) : nil
    targets = [AuxiliaryTarget.Kind(target)] + network.auxiliary.map(\.target)
    adaptive = network.adaptive
    width = statistics.mean.count
    let frontEnd = dataset.configuration.frontEnd
    let shifts = FeatureLayout(frontEnd).shifts(frontEnd)
    levelColumns = shifts.indices.filter { shifts[$0] == .gain }
    let spoken = clips.filter { clip in
      dataset.corpus.clips[clip].label(target) != nil
        && !Self.versions(of: clip, in: dataset, for: target).isEmpty
    }
    self.clips = spoken
    clipsOfSpeaker = Dictionary(grouping: spoken) { dataset.corpus.clips[$0].speaker }
  }

  /// The copies of a clip that are valid for a network's target.
  private static func versions(of clip: Int, in dataset: Dataset, for target: Target) -> [Int] {
    dataset.rows[clip].indices.filter {
      dataset.rows[clip][$0].rowCount >= fewestRows && (target != .gender || dataset.keepsGender(clip, in: $0))
    }
  }

  /// Whether there are no training clips.
  var isEmpty: Bool { clips.isEmpty }

  /// Redraws the random copies of each epoch.
  ///
  /// - Throws: the errors of `Dataset.redrawCopies`.
  mutating func prepare(epoch: Int) throws { try dataset.redrawCopies(of: clips, epoch: epoch) }

  /// The label of one of `clips` for the network's target.
  func label(of clip: Int) -> Int { dataset.corpus.clips[clip].label(target)! }

  /// The order of an epoch, by index of the clips.
  func order(batchSize: Int, using random: inout RandomSource) -> [[Int]] {
    let ofCorpora = corpusSampling.draw(clips, using: &random) { dataset.corpus.clips[$0].source }
    // At most one of the two samplings is not `asIs`, so that the number of batches is deterministic.
    let drawn = sampling.draw(ofCorpora, using: &random, label: label)
    let order = cut(drawn.shuffled(using: &random), batchSize: batchSize)
    return batching.rearrange(order, using: &random) { dataset.rows[$0][0].rowCount }
  }

  func batch(_ clips: [Int], using random: inout RandomSource) -> Batch {
    var sequences = clips.map { index in
      let clip = dataset.corpus.clips[index]
      return TrainingSequence(rows: sequence(index, using: &random), clip: clip, mask: foreign?.asked(clip))
    }
    if let mixup { mix(&sequences, mixup, using: &random) }
    sequences.sort { $0.rows.count > $1.rows.count }
    let layout = SequenceLayout(lengths: sequences.map { $0.rows.count / width })
    var rows = [Float](repeating: 0, count: layout.rowCount * width)
    for (sequence, length) in layout.lengths.enumerated() {
      for time in 0..<length {
        let to = layout.row(sequence, at: time) * width
        for i in 0..<width { rows[to + i] = sequences[sequence].rows[time * width + i] }
      }
    }
    var targets = targets.map { target in LossTargets(labels: sequences.map { $0.clip.label(target) }) }
    if mixup != nil { targets[0].shares = sequences.flatMap(shares) }
    if foreign != nil { targets[0].mask = sequences.flatMap { $0.mask! } }
    if let teacher { targets[0].shares = teacher.shares(rows, layout, targets[0]) }
    return Batch(rows: rows, layout: layout, targets: targets)
  }

  /// A single sequence of a training step.
  private struct TrainingSequence {
    var rows: [Float]
    /// The clip of the labels; most of a mixture comes from it.
    var clip: Clip
    var mask: [Bool]?
    /// The other clip of a mixture, and this clip's share.
    var other: (clip: Clip, ownShare: Float)?
  }

  /// Mixes each sequence with another of the batch, possibly itself.
  private func mix(_ sequences: inout [TrainingSequence], _ mixup: Mixup, using random: inout RandomSource) {
    let before = sequences
    for (index, partner) in before.shuffled(using: &random).enumerated() {
      let share = mixup.share(using: &random)
      sequences[index].rows = Mixup.rows(before[index].rows, with: partner.rows, share: share)
      sequences[index].other = (partner.clip, share)
      if let mask = before[index].mask { sequences[index].mask = zip(mask, partner.mask!).map { $0 || $1 } }
    }
  }

  /// The shares of each label of the network's own target in a sequence; all training clips have one.
  private func shares(_ sequence: TrainingSequence) -> [Float] {
    var shares = [Float](repeating: 0, count: dataset.corpus.labels[target].count)
    shares[sequence.clip.label(target)!] = sequence.other?.ownShare ?? 1
    if let other = sequence.other { shares[other.clip.label(target)!] += 1 - other.ownShare }
    return shares
  }

  /// The normalised, augmented rows of an utterance of the clip.
  private func sequence(_ clip: Int, using random: inout RandomSource) -> [Float] {
    let versions = Self.versions(of: clip, in: dataset, for: target)
    let version = versions[random.index(below: versions.count)]
    var rows = crop(utterance(dataset.rows[clip][version], using: &random), using: &random)
    normalize(&rows, session: session(before: clip, version: version, using: &random))
    vary(&rows, using: &random)
    return rows
  }

  /// One of the clip's utterances, with probability proportional to its length.
  private func utterance(_ rows: ClipRows, using random: inout RandomSource) -> [Float] {
    var drawn = random.index(below: rows.rowCount)
    for utterance in rows.utterances {
      drawn -= utterance.count / width
      if drawn < 0 { return utterance }
    }
    return rows.utterances[0]
  }

  private func crop(_ rows: [Float], using random: inout RandomSource) -> [Float] {
    guard random.uniform() < augmentation.cropChance else { return rows }
    let count = rows.count / width
    let kept = max(min(count, Self.fewestRows), Int(Float(count) * random.uniform(augmentation.shortestCrop, 1)))
    let start = random.index(below: count - kept + 1)
    return Array(rows[start * width..<(start + kept) * width])
  }

  /// The simulated session history before this clip: statistics of the same speaker in the same kind of copy. Its
  /// length is redrawn each time, so that the network learns both cold starts and warm sessions, and so is the
  /// certainty of the predicted emotions.
  func session(before clip: Int, version: Int, using random: inout RandomSource) -> FeatureStatistics? {
    guard adaptive, random.uniform() >= augmentation.coldChance else { return nil }
    let others = clipsBefore(clip, using: &random)
    let longest = Float(augmentation.longestSession * dataset.configuration.frontEnd.rowRate)
    let wanted = random.uniform(0, longest)
    // Disabled options draw no random numbers, so that existing configurations give the same results as before.
    let sureness = offsets == nil ? 0 : random.uniform()
    var session = FeatureStatistics(width: width)
    // Bounded, in case the speaker has no other clip.
    for _ in 0..<4 * others.count where session.weight < wanted {
      let other = others[random.index(below: others.count)]
      if other != clip { session.add(remembered(other, version, sureness: sureness)) }
    }
    return session
  }

  /// Candidates for the session history: any clips of the speaker, or those of one emotion.
  private func clipsBefore(_ clip: Int, using random: inout RandomSource) -> [Int] {
    let all = clipsOfSpeaker[dataset.corpus.clips[clip].speaker] ?? []
    guard augmentation.moodChance > 0, random.uniform() < augmentation.moodChance, !all.isEmpty else { return all }
    let model = random.uniform() < 0.5 ? clip : all[random.index(below: all.count)]
    return all.filter { dataset.corpus.clips[$0].emotion == dataset.corpus.clips[model].emotion }
  }

  /// A clip's contribution to session statistics, if its emotion was predicted with probability `sureness`, 0…1, and
  /// the rest is spread over all emotions.
  private func remembered(_ clip: Int, _ version: Int, sureness: Float) -> FeatureStatistics {
    var statistics = dataset.rows[clip][version].statistics
    guard let offsets else { return statistics }
    let emotions = dataset.corpus.labels.emotions.count
    var posterior = [Float](repeating: (1 - sureness) / Float(emotions), count: emotions)
    posterior[dataset.corpus.clips[clip].emotion] += sureness
    offsets.remove(posterior.span, share: dataset.configuration.normalizer.compensation, from: &statistics)
    return statistics
  }

  private func normalize(_ rows: inout [Float], session: FeatureStatistics?) {
    var normalizer = Normalizer(
      statistics, dataset.configuration.normalizer, frontEnd: dataset.configuration.frontEnd,
      rowRate: dataset.configuration.frontEnd.rowRate)
    if let session { normalizer.add(session) }
    rows = normalizer.normalized(rows, adaptive: adaptive)
  }

  /// Adds a constant to each column, and masks a block of rows and one of columns.
  private func vary(_ rows: inout [Float], using random: inout RandomSource) {
    let count = rows.count / width
    var shift = (0..<width).map { _ in augmentation.channel * random.normal() }
    if augmentation.level > 0 {
      let level = augmentation.level * random.normal()
      for i in levelColumns { shift[i] += level }
    }
    for start in stride(from: 0, to: rows.count, by: width) {
      for i in 0..<width { rows[start + i] += shift[i] }
    }
    let times = random.stretch(upTo: min(augmentation.timeMask, count / 2), of: count)
    for i in times.lowerBound * width..<times.upperBound * width { rows[i] = 0 }
    let columns = random.stretch(upTo: min(augmentation.columnMask, width / 2), of: width)
    for start in stride(from: 0, to: rows.count, by: width) {
      for i in columns { rows[start + i] = 0 }
    }
  }
}

extension RandomSource {
  /// A standard normal random number (Box and Muller 1958).
  mutating func normal() -> Float {
    let radius = (-2 * logf(1 - uniform())).squareRoot()
    return radius * cosf(2 * .pi * uniform())
  }

  /// A random range of 0…`longest` elements within 0 ..< `count`.
  fileprivate mutating func stretch(upTo longest: Int, of count: Int) -> Range<Int> {
    let length = index(below: longest + 1)
    let start = index(below: count - length + 1)
    return start..<start + length
  }
}
