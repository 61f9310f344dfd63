import Streaming

/// What all networks of a recognizer are told of the voices that they learn from.
struct TrainingVoices {
  /// Of all their rows.
  let statistics: FeatureStatistics
  /// nil where a teacher's model does not know them.
  let offsets: EmotionOffsets?

  /// - Parameter clips: by index into the dataset's corpus.
  init(_ dataset: Dataset, _ clips: [Int]) {
    statistics = dataset.statistics(of: clips)
    offsets = EmotionalSpeech(dataset, clips).offsets
  }

  /// Those that a teacher learnt from, whose rows its pupils hear.
  init(of teacher: Recognizer) {
    statistics = teacher.statistics
    offsets = teacher.offsets
  }
}
