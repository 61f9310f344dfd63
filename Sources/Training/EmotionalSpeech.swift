import Streaming

/// How the speech of speakers in each emotion differs from all of their speech.
///
/// It is compared within each speaker, and speakers count the same, so that it is no matter whether one corpus has
/// more clips of an emotion than another.
struct EmotionalSpeech {
  private let width: Int
  /// For each speaker; of emotions without clips the weight is 0.
  private let speakers: [(all: FeatureStatistics, emotions: [FeatureStatistics])]

  /// - Parameter clips: by index into the dataset's corpus.
  init(_ dataset: Dataset, _ clips: [Int]) {
    let corpus = dataset.corpus
    width = FeatureLayout(dataset.configuration.frontEnd).width
    let clipsOfSpeaker = Dictionary(grouping: clips) { corpus.clips[$0].speaker }
    // In a fixed order, so that sums are the same bits each time.
    speakers = clipsOfSpeaker.keys.sorted().map { speaker in
      let own = clipsOfSpeaker[speaker]!
      return (
        dataset.statistics(of: own),
        corpus.labels.emotions.indices.map { emotion in
          dataset.statistics(of: own.filter { corpus.clips[$0].emotion == emotion })
        }
      )
    }
  }

  /// The mean moves by the speakers' mean difference, the variance by the ratio of their mean variances.
  var offsets: EmotionOffsets {
    let emotions = speakers.first?.emotions.count ?? 0
    var offsets = EmotionOffsets(
      mean: Array(repeating: 0, count: emotions * width), variance: Array(repeating: 1, count: emotions * width))
    for emotion in 0..<emotions {
      let voices = speakers.filter { $0.emotions[emotion].weight > 0 }
      guard !voices.isEmpty else { continue }
      for column in 0..<width {
        let i = emotion * width + column
        offsets.mean[i] =
          voices.reduce(0) { $0 + $1.emotions[emotion].mean[column] - $1.all.mean[column] } / Float(voices.count)
        let total = voices.reduce(0) { $0 + $1.all.variance[column] }
        let own = voices.reduce(0) { $0 + $1.emotions[emotion].variance[column] }
        // A column that never changes has nothing to compare.
        if total > 0, own > 0 { offsets.variance[i] = own / total }
      }
    }
    return offsets
  }
}
