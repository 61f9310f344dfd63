import ArgumentParser
import Models

struct ShowModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Describes the networks and the training of a model.",
    discussion: """
      For each network it lists the layers with the output shape for an utterance of n frames, the parameters, and the \
      cost of one stream: the most multiply-adds per hop and the bytes of state. A dash marks a layer that needs \
      future frames: its network cannot run live. Nested layers are indented below their layer, whose figures do not \
      include theirs.

      Examples:
        ser-live model
        ser-live model emotions.safetensors
        ser-live model emotions.safetensors --format json | jq '.networks[].parameters'
      """)

  @Argument(help: "The model (default: built-in).") var path: String?
  @Option(help: "Format of the report.") var format = Format.text

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  func run() throws {
    let report = ModelReport(try ModelFile.load(path), name: path ?? "built-in")
    switch format {
    case .text: for line in report.lines { try Output.standard.writeText(line + "\n") }
    case .json: try Output.standard.write(report.json + "\n")
    }
  }
}
