import ArgumentParser
import Training

/// Options of every command that trains an experiment, in place of what its configuration says.
struct TrainingOptions: ParsableArguments {
  @Option(help: "Epochs in place of the configuration's.") var epochs: Int?
  @Option(
    help: ArgumentHelp(
      "Train so many recognizers first, and let the networks learn from them, too (training.distillation); 0 for none.",
      valueName: "number"))
  var teachers: Int?

  func apply(to training: inout TrainingConfiguration) throws {
    training.epochs = epochs ?? training.epochs
    if let teachers {
      var distillation = training.distillation ?? DistillationConfiguration()
      distillation.teachers = teachers
      training.distillation = teachers == 0 ? nil : distillation
    }
    try training.validate()
  }
}
