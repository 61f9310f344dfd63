import Models
import Streaming
import Support
import Training

/// Recordings, and their split into training, validation and test: that of the model's training.
struct Lesson {
  let dataset: Dataset
  let split: Split

  /// - Parameter training: the settings of the training; nil for none.
  init(_ corpus: Corpus, _ training: TrainingConfiguration?, _ model: Recognizer) throws {
    var settings = training ?? TrainingConfiguration()
    settings.validationSpeakers = model.provenance.validationSpeakers.filter(corpus.speakers.contains)
    settings.heldOutSpeakers = model.provenance.heldOutSpeakers.filter(corpus.speakers.contains)
    dataset = try ProgressReport.process(
      corpus, model.configuration, augmentation: training?.augmentation, seed: settings.seed,
      testSpeakers: Set(settings.heldOutSpeakers))
    split = try Split(dataset.corpus, settings)
  }

  /// Clips with the least influence on the model: of held-out speakers, or else of those used only for its
  /// temperatures, or else all.
  var audienceClips: [Int] {
    split.test.isEmpty ? split.validation.isEmpty ? split.training : split.validation : split.test
  }

  /// Description of these clips.
  var audience: String {
    let speakers =
      split.test.isEmpty
      ? split.validation.isEmpty ? "speakers that it may have been trained on" : "validation speakers"
      : "held-out speakers"
    return "\(audienceClips.count) clips by \(speakers)"
  }

  /// Sufficient to estimate the magnitudes in a network.
  private static let calibrationClips = 200

  /// Training clips spread over the corpus.
  var calibration: Dataset.Part {
    let step = max(1, split.training.count / Self.calibrationClips)
    return Dataset.Part(dataset, clips: stride(from: 0, to: split.training.count, by: step).map { split.training[$0] })
  }

  /// Networks trained with a teacher.
  ///
  /// - Parameters:
  ///   - model: the teacher.
  ///   - share: its weight relative to the labels.
  ///   - start: the initial networks; initial weights for nil.
  func taught(
    _ pupil: RecognizerConfiguration, _ settings: TrainingConfiguration, by model: Recognizer, share: Float,
    from start: [Network]? = nil
  ) throws -> Recognizer {
    let trainer = RecognizerTrainer(
      dataset.with(networks: pupil.networks), split, settings, stateDirectory: nil,
      teacher: Teacher([model], share: share), start: start,
      stop: Interruption.flag)
    guard var taught = try trainer.train(progress: { ProgressReport.write($0) }) else { throw Stopped() }
    taught.provenance.note(taughtBy: model.provenance)
    taught.provenance.version = SerLive.version
    return taught
  }
}
