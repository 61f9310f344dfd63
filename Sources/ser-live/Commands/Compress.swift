import ArgumentParser
import Models
import Streaming
import Training

struct Compress: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes a model smaller, and says what that gains and costs.",
    discussion: """
      --int8 keeps the matrices as bytes with a scale for each row, --prune leaves out the weights that matter least, \
      --distill teaches other, smaller networks what the model thinks. They can be combined: networks are taught, then \
      pruned, then rounded. Batch norms become part of their neighbours in any case.

      With --data the bytes and the weights to leave out are chosen by what the recordings let through the networks, and \
      accuracy is compared on the speakers that the model has not heard. With --config, too, what was pruned is trained \
      further with the model as its teacher.

      Examples:
        ser-live compress --int8 --output small.safetensors
        ser-live compress --int8 --prune 0.5 --data ~/ravdess --config configs/studio.yaml --epochs 20 --output \
      small.safetensors
        ser-live compress --distill --config small.yaml --data ~/ravdess --output small.safetensors
      """)

  @Option(help: "The model to make smaller; the built-in one without it.") var model: String?
  @Option(help: ArgumentHelp("The model to write.", valueName: "file")) var output: String
  @Flag(help: "Keep matrices as bytes.") var int8 = false
  @Option(help: ArgumentHelp("Leave out this share of the weights, from 0 to below 1.", valueName: "share"))
  var prune: Float = 0
  @Flag(help: "Train the networks of --config with the model as their teacher.") var distill = false
  @Option(
    help: "A folder with RAVDESS, or a manifest (.csv) of any other corpus; several are joined. See docs/data.md.")
  var data: [String] = []
  @Option(help: "What to take of RAVDESS.") var ravdess = RAVDESS.Part.speech
  @Option(help: ArgumentHelp("How to train, and with --distill what, as YAML.", valueName: "file"))
  var config: String?
  @Option(help: "Epochs in place of the configuration's.") var epochs: Int?
  @Option(
    help: ArgumentHelp(
      "How much the teacher counts in training, from 0 to 1; the rest is the label's.", valueName: "share"))
  var teacherShare: Float = 0.5

  func validate() throws {
    guard int8 || prune > 0 || distill else {
      throw ValidationError("say how to make the model smaller: --int8, --prune SHARE or --distill")
    }
    guard prune >= 0 && prune < 1 else {
      throw ValidationError("--prune takes a share from 0 to below 1, not \(prune)")
    }
    guard 0...1 ~= teacherShare else {
      throw ValidationError("--teacher-share takes a share from 0 to 1, not \(teacherShare)")
    }
    guard !distill || config != nil else {
      throw ValidationError("--distill needs --config: the networks that are to be taught")
    }
    guard config == nil || !data.isEmpty else {
      throw ValidationError("--config trains, which needs recordings: give --data, too")
    }
    guard config == nil || distill || prune > 0 else {
      throw ValidationError("--config trains, but --int8 alone needs no training: leave it out")
    }
    guard epochs == nil || config != nil else { throw ValidationError("--epochs goes with --config") }
  }

  func run() throws {
    try OutputPlace.tryFile(output)
    let original = try ModelFile.load(model)
    var experiment = try config.map(ExperimentFile.load)
    if var settings = experiment?.training {
      settings.epochs = epochs ?? settings.epochs
      settings.split = nil
      settings.distillation = nil
      settings.validationSpeakers = original.provenance.validationSpeakers
      settings.heldOutSpeakers = original.provenance.heldOutSpeakers
      try settings.validate()
      experiment?.training = settings
    }
    if distill, let experiment { try requireSameRows(experiment.recognizer, original.configuration) }
    Interruption.install()
    let lesson = try data.isEmpty ? nil : Lesson(corpus(for: original), experiment?.training, original)
    var small = original
    if distill, let experiment, let lesson {
      var pupil = original.configuration
      pupil.networks = experiment.recognizer.networks
      small = try lesson.taught(pupil, experiment.training, by: original, share: teacherShare)
    }
    if prune > 0 {
      small = small.pruned(prune, calibration: lesson?.calibration)
      if let experiment, let lesson {
        small = try lesson.taught(
          small.configuration, experiment.training, by: original, share: teacherShare, from: small.networks)
      }
    }
    small = small.simplified
    if int8 { small = small.quantized(calibration: lesson?.calibration) }
    try small.checkpoint.write(to: output)
    // What is compared is what was written.
    small = try ModelFile.load(output)
    Messages.write("ser-live: wrote \(output)")
    for line in try CompressionReport(original, small, on: lesson).lines { try Output.standard.writeText(line + "\n") }
  }

  private func corpus(for model: Recognizer) throws -> Corpus {
    try Corpus.joined(DataOptions.corpora(data, ravdess: ravdess)).named(as: model.provenance).relabelled(model.labels)
  }

  /// A teacher's opinion is of rows that it hears, so its pupils must hear the same.
  private func requireSameRows(_ pupil: RecognizerConfiguration, _ teacher: RecognizerConfiguration) throws {
    let differing = [
      ("preprocessing", pupil.preprocessing == teacher.preprocessing), ("frontEnd", pupil.frontEnd == teacher.frontEnd),
      ("gate", pupil.gate == teacher.gate), ("normalizer", pupil.normalizer == teacher.normalizer),
    ].first { !$0.1 }
    if let differing {
      throw TrainingError(
        .usage,
        "--config: recognizer.\(differing.0) is not the model's, but networks can only be taught on the rows that their "
          + "teacher hears: take its settings, which `ser-live model --format json` and the model's own experiment show"
      )
    }
  }
}
