import ArgumentParser
import Training

/// Options of every command that trains: from whom networks learn.
struct TeachersOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Train so many recognizers first, and let the networks learn from them, too (training.distillation); 0 for none.",
      valueName: "number"))
  var teachers: Int?

  func apply(to training: inout TrainingConfiguration) throws {
    guard let teachers else { return }
    var distillation = training.distillation ?? DistillationConfiguration()
    distillation.teachers = teachers
    training.distillation = teachers == 0 ? nil : distillation
    try training.validate()
  }
}
