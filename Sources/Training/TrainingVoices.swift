import Streaming

/// Statistics of the training voices, shared by all networks of a recognizer.
struct TrainingVoices {
  /// Statistics of all their rows.
  let statistics: FeatureStatistics
  /// nil where a teacher's model does not have them.
  let offsets: EmotionOffsets?

  /// - Parameter clips: by index into the dataset's corpus.
  init(_ dataset: Dataset, _ clips: [Int]) {
    statistics = dataset.statistics(of: clips)
    offsets = EmotionalSpeech(dataset, clips).offsets
  }

  /// Those of a teacher, whose rows its students share.
  init(of teacher: Recognizer) {
    statistics = teacher.statistics
    offsets = teacher.offsets
  }
}
