import Streaming

/// Differences between the feature statistics of speech in each emotion and those of all speech of a speaker.
///
/// Computed within each speaker, and averaged over speakers with equal weights, so that the number of clips per emotion
/// in a corpus has no influence.
struct EmotionalSpeech {
  private let width: Int
  /// Statistics of each speaker; the weight of emotions without clips is 0.
  private let speakers: [(all: FeatureStatistics, emotions: [FeatureStatistics])]

  /// - Parameter clips: by index into the dataset's corpus.
  init(_ dataset: Dataset, _ clips: [Int]) {
    let corpus = dataset.corpus
    width = FeatureLayout(dataset.configuration.frontEnd).width
    let clipsOfSpeaker = Dictionary(grouping: clips) { corpus.clips[$0].speaker }
    // In a fixed order, so that sums are bit-identical.
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

  /// The mean shifts by the speakers' mean difference, the variance by the ratio of their mean variances.
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
        // A constant column has no ratio.
        if total > 0, own > 0 { offsets.variance[i] = own / total }
      }
    }
    return offsets
  }
}
