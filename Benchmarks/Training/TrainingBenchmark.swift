import Foundation
import Models
import Streaming
import Support
import Training
import Yams

/// Our side of the comparison with PyTorch: writes networks and batches to a file, then obeys `compare.py`.
///
/// Each line on standard input is `NETWORK CASE MODE THREADS`, where the mode is `epoch`, or `plain` for one from the
/// initial weights and without dropout; it is answered by `SECONDS LOSS`. A batch is split into as many shards as there
/// are threads.
@main
struct TrainingBenchmark {
  /// Utterances of an epoch and of a batch: those of RAVDESS's training side and of the default configuration.
  static let utterances = 1152
  static let batchSize = 32
  static let labels = 8

  static func main() throws {
    let experiment = try YAMLDecoder().decode(
      ExperimentConfiguration.self, from: String(contentsOfFile: "configs/default.yaml", encoding: .utf8))
    let width = FeatureLayout(experiment.recognizer.frontEnd).width
    let cases = ["ragged": batches(of: width) { 16 + $0.index(below: 60) }, "equal": batches(of: width) { _ in 45 }]
    var random = RandomSource(seed: 1)
    var networks: [String: (dropping: Network, plain: Network)] = [:]
    for configuration in experiment.recognizer.networks where configuration.target == .emotion {
      let network = try Network(configuration, inputWidth: width, outputs: labels, random: &random)
      var undropped = configuration
      undropped.layers.removeAll { $0.name == "dropout" }
      var plain = try Network(undropped, inputWidth: width, outputs: labels, random: &random)
      plain.weights = network.weights
      networks[configuration.name] = (network, plain)
    }
    try export(cases, networks.values.map(\.dropping)).write(to: CommandLine.arguments[1])
    print("ready")
    fflush(nil)

    var learners: [String: Learner] = [:]
    while let words = readLine()?.split(separator: " ").map(String.init), words.count == 4 {
      let (name, mode, threads) = (words[0], words[2], Int(words[3])!)
      var configuration = experiment.training
      configuration.shards = threads
      let key = words[0] + words[1] + words[3]
      if mode == "plain" || learners[key] == nil {
        let pair = networks[name]!
        learners[key] = Learner(mode == "plain" ? pair.plain : pair.dropping, configuration: configuration)
      }
      let start = ContinuousClock.now
      var loss: Float = 0
      let batches = cases[words[1]]!
      for (step, (batch, _)) in batches.enumerated() {
        let report = learners[key]!.learn(
          batch, random: RandomSource(seed: 2, step), learningRate: configuration.learningRate)
        loss += report.loss / Float(batches.count)
      }
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      if mode == "plain" { learners[key] = nil }
      print(seconds, loss)
      fflush(nil)
    }
  }

  /// Batches of random rows, in which the labels can be learnt: each shifts the rows its own way.
  static func batches(
    of width: Int, length: (inout RandomSource) -> Int
  ) -> [(batch: Batch, labels: [Int])] {
    var random = RandomSource(seed: 46)
    let shifts = (0..<labels * width).map { _ in random.uniform(-0.5, 0.5) }
    return (0..<utterances / batchSize).map { _ in
      let lengths = (0..<batchSize).map { _ in length(&random) }.sorted(by: >)
      let layout = SequenceLayout(lengths: lengths)
      let label = lengths.map { _ in random.index(below: labels) }
      var rows: [Float] = []
      for time in 0..<layout.timeCount {
        for sequence in 0..<layout.active(at: time) {
          for column in 0..<width { rows.append(random.uniform(-1.7, 1.7) + shifts[label[sequence] * width + column]) }
        }
      }
      return (Batch(rows: rows, layout: layout, labels: [label]), label)
    }
  }

  static func export(_ cases: [String: [(batch: Batch, labels: [Int])]], _ networks: [Network]) -> SafeTensors {
    var file = SafeTensors()
    for network in networks { network.write(to: &file) }
    for (name, batches) in cases {
      for (index, (batch, labels)) in batches.enumerated() {
        let numbers = ["lengths": batch.layout.lengths.map(Float.init), "labels": labels.map(Float.init)]
        for (key, values) in numbers {
          file.tensors["\(name)/\(index)/\(key)"] = SafeTensors.Tensor(shape: [values.count], values: values)
        }
        file.tensors["\(name)/\(index)/rows"] = SafeTensors.Tensor(
          shape: [batch.layout.rowCount, batch.rows.count / batch.layout.rowCount], values: batch.rows)
      }
    }
    return file
  }
}
