import ArgumentParser

extension OutputFormat: ExpressibleByArgument {}

/// Options of every command that listens.
struct OutputOptions: ParsableArguments {
  @Option(help: "The model; the built-in one without it.") var model: String?
  @Option(help: "How events are written.") var format: OutputFormat = .text
  @Option(help: "Also report the smoothed probabilities every so many seconds.") var every: Double?

  func validate() throws {
    if let every, !(0.01...3600 ~= every) {
      throw ValidationError("--every takes seconds between 0.01 and 3600, not \(every)")
    }
  }
}
