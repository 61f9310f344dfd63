import ArgumentParser
import Models
import Streaming
import Support
import Training

struct Compress: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compresses a model and compares size, speed and accuracy.",
    discussion: """
      --int8 stores weight matrices as 8-bit integers with a scale per row, --prune removes the least important \
      weights, --distill trains other, smaller networks with the model as teacher. They can be combined: networks are \
      distilled, then pruned, then rounded. Batch norms are always folded into adjacent layers.

      With --data the activations of the recordings guide rounding and pruning, and accuracy is compared on speakers \
      that the model was not trained on. With --config as well, pruned networks are trained further with the model as \
      teacher.

      Examples:
        ser-live compress --int8 --output small.safetensors
        ser-live compress --int8 --prune 0.5 --data ~/ravdess --config configs/studio.yaml --epochs 20 --output \
      small.safetensors
        ser-live compress --distill --config small.yaml --data ~/ravdess --output small.safetensors
      """)

  @Option(help: "The model to compress (default: built-in).") var model: String?
  @Option(help: ArgumentHelp("The model to write.", valueName: "file")) var output: String
  @Flag(help: "Store weight matrices as int8.") var int8 = false
  @Option(help: ArgumentHelp("Remove this share of the weights, from 0 to below 1.", valueName: "share"))
  var prune: Float = 0
  @Flag(help: "Train the networks of --config with the model as their teacher.") var distill = false
  @Option(
    help: "A folder with RAVDESS, or a manifest (.csv) of any other corpus; several are joined. See docs/data.md.")
  var data: [String] = []
  @Option(help: "Part of RAVDESS to use.") var ravdess = RAVDESS.Part.speech
  @Option(help: ArgumentHelp("Training settings and networks for --distill, as YAML.", valueName: "file"))
  var config: String?
  @Option(help: "Number of epochs (default: that of the configuration).") var epochs: Int?
  @Option(
    help: ArgumentHelp(
      "Share of the teacher in the loss, from 0 to 1; the labels have the rest.", valueName: "share"))
  var teacherShare: Float = 0.5

  func validate() throws {
    guard int8 || prune > 0 || distill else {
      throw ValidationError("choose how to compress the model: --int8, --prune SHARE or --distill")
    }
    guard prune >= 0 && prune < 1 else {
      throw ValidationError("--prune takes a share from 0 to below 1, not \(prune)")
    }
    guard 0...1 ~= teacherShare else {
      throw ValidationError("--teacher-share takes a share from 0 to 1, not \(teacherShare)")
    }
    guard !distill || config != nil else {
      throw ValidationError("--distill needs --config: the networks to train")
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
    // The comparison uses the written model.
    small = try ModelFile.load(output)
    Messages.write("ser-live: wrote \(output)")
    for line in try CompressionReport(original, small, on: lesson).lines { try Output.standard.writeText(line + "\n") }
  }

  private func corpus(for model: Recognizer) throws -> Corpus {
    try Corpus.joined(DataOptions.corpora(data, ravdess: ravdess)).named(as: model.provenance).relabelled(model.labels)
  }

  /// A teacher needs its own kind of rows, so its students must use the same.
  private func requireSameRows(_ pupil: RecognizerConfiguration, _ teacher: RecognizerConfiguration) throws {
    let differing = [
      ("preprocessing", pupil.preprocessing == teacher.preprocessing), ("frontEnd", pupil.frontEnd == teacher.frontEnd),
      ("gate", pupil.gate == teacher.gate), ("normalizer", pupil.normalizer == teacher.normalizer),
    ].first { !$0.1 }
    if let differing {
      throw OperationError(
        .usage,
        "--config: recognizer.\(differing.0) is not the model's, but networks can only be distilled with the features "
          + "of their teacher: take its settings from `ser-live model --format json` or from the model's experiment"
      )
    }
  }
}
