import Streaming

/// How the neutral speech of speakers differs from all of their speech.
///
/// It is compared within each speaker, and speakers count the same, so that it is no matter whether one corpus has
/// more neutral clips than another.
struct NeutralSpeech {
  /// For each speaker with neutral clips.
  private let speakers: [(all: FeatureStatistics, neutral: FeatureStatistics)]

  /// - Parameter clips: by index into the dataset's corpus.
  init(_ dataset: Dataset, _ clips: [Int]) {
    let corpus = dataset.corpus
    let neutral = corpus.labels.emotions.firstIndex(of: "neutral")
    let clipsOfSpeaker = Dictionary(grouping: clips) { corpus.clips[$0].speaker }
    func statistics(_ clips: [Int]) -> FeatureStatistics {
      clips.reduce(into: FeatureStatistics(width: FeatureLayout(dataset.configuration.frontEnd).width)) {
        $0.add(dataset.rows[$1][0].statistics)
      }
    }
    // In a fixed order, so that sums are the same bits each time.
    speakers = clipsOfSpeaker.keys.sorted().map { speaker in
      let own = clipsOfSpeaker[speaker]!
      return (statistics(own), statistics(own.filter { corpus.clips[$0].emotion == neutral }))
    }.filter { $0.neutral.weight > 0 }
  }

  /// What the statistics of speech in all emotions would be, were it neutral: the mean moves by the speakers' mean
  /// difference, the variance keeps to the ratio of their mean variances.
  ///
  /// - Parameter all: of the speech.
  /// - Returns: nil where no speaker was heard neutral.
  func statistics(among all: FeatureStatistics) -> FeatureStatistics? {
    guard !speakers.isEmpty else { return nil }
    var moved = all
    for i in all.mean.indices {
      moved.mean[i] -= speakers.reduce(0) { $0 + $1.all.mean[i] - $1.neutral.mean[i] } / Float(speakers.count)
      let total = speakers.reduce(0) { $0 + $1.all.variance[i] }
      // A column that never changes has nothing to compare.
      if total > 0 { moved.variance[i] *= speakers.reduce(0) { $0 + $1.neutral.variance[i] } / total }
    }
    return moved
  }
}
