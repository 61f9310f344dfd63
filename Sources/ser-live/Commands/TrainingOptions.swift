import ArgumentParser
import Training

/// Training options, which override the configuration of the experiment.
struct TrainingOptions: ParsableArguments {
  @Option(help: "Number of epochs (default: that of the configuration).") var epochs: Int?
  @Option(
    help: ArgumentHelp(
      "Number of recognizers to train first as teachers of the networks (training.distillation); 0 for none.",
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
