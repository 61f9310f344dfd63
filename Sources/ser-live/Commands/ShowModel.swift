import ArgumentParser
import Models

struct ShowModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Says what a model is made of and where it comes from.",
    discussion: """
      For each network it lists the layers with the shape of what they make of an utterance of n rows, their parameters, \
      and what one stream costs: multiply-adds per hop, at most, and bytes of state. A dash stands where a layer needs \
      rows to come, so that the network cannot listen. Layers inside a layer are indented below it; its own figures \
      leave theirs out.

      Examples:
        ser-live model
        ser-live model emotions.safetensors
        ser-live model emotions.safetensors --format json | jq '.networks[].parameters'
      """)

  @Argument(help: "The model; the built-in one without it.") var path: String?
  @Option(help: "How it is written.") var format = Format.text

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
