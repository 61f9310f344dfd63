import BenchmarkSupport
import Glibc
import Models
import Streaming

/// This program's side of `Benchmarks/inference/run`: first it leaves in the folder that it is given the weights, rows
/// and results of what is compared; then it answers each line `CASE STREAMS` on standard input with the microseconds of
/// processor time that a step of one stream takes, as a mean over some thousand rows.
@main
struct InferenceBenchmark {
  static func main() throws {
    precondition(CommandLine.arguments.count == 2, "usage: InferenceBenchmark FOLDER")
    let cases = try makeCases()
    for tried in cases {
      try tried.file(rows: 400).write(to: "\(CommandLine.arguments[1])/\(tried.name).safetensors")
    }
    print("ready")
    fflush(nil)
    while let line = readLine() {
      let words = line.split(separator: " ")
      guard words.count == 2, let tried = cases.first(where: { $0.name == words[0] }), let streams = Int(words[1])
      else {
        preconditionFailure("there is no case '\(line)'")
      }
      print(time(tried, streams: streams))
      fflush(nil)
    }
  }

  /// One LSTM alone, and the emotion networks of the built-in model.
  static func makeCases() throws -> [any Case] {
    var cases: [any Case] = [LSTMCase()]
    for network in Recognizer.builtIn.networks where network.configuration.target == .emotion {
      cases.append(NetworkCase(network: network, width: Recognizer.builtIn.width))
    }
    return cases
  }

  /// Microseconds of processor time per row and stream.
  static func time(_ tried: any Case, streams: Int) -> Double {
    let rounds = max(2000 / streams, 20)
    let stepper = tried.stepper(streams: streams)
    stepper(rounds / 10)
    let start = processorTime()
    stepper(rounds)
    return (processorTime() - start) / Double(rounds * streams) * 1e6
  }
}
