import ArgumentParser
import BenchmarkSupport
import Capture
import Models
import Streaming
import Training

struct Bench: SettingsReader {
  static let configuration = CommandConfiguration(
    abstract: "Measures what listening costs on this machine: streams at a time, stages, memory.",
    discussion: """
      So many streams go through the whole pipeline on one core, hop by hop in turn, as live streams would arrive, each \
      at another place of the sound. It reports microseconds of processor time per hop and stream as median, least and \
      most of the rounds, the load of a core, and the memory of a stream. Then it looks for the largest number of \
      streams that one core hears in real time, by measuring, since caches make a stream dearer the more there are.

      Without --input the sound is synthetic, speech-like with pauses. With --config the networks of an experiment are \
      measured before they are trained: what they cost does not depend on what they have learnt.

      Examples:
        ser-live bench
        ser-live bench --streams 1,10,100,1000 --no-largest --format tsv
        ser-live bench --stages --input talk.wav
        ser-live bench --config configs/studio.yaml
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, jsonl, tsv
  }

  @Option(
    help: ArgumentHelp("Streams at a time; several numbers are measured one after the other.", valueName: "n,n,…"))
  var streams = "1,10,100"
  @Flag(inversion: .prefixedNo, help: "Look for the largest number of streams in real time.") var largest = true
  @Flag(help: "Measure the stages of one stream one by one, in place of streams at a time.") var stages = false
  @Option(
    help: ArgumentHelp("Only these stages; what --stages calls them, or all as 'whole pipeline'.", valueName: "name"))
  var stage: [String] = []
  @Option(help: ArgumentHelp("The recording that is heard, again and again.", valueName: "file")) var input: String?
  @Option(help: "The model; the built-in one without it.") var model: String?
  @Option(help: ArgumentHelp("An experiment, as YAML, whose untrained networks are measured.", valueName: "file"))
  var config: String?
  @Option(help: "Rounds that the median is of.") var rounds = 7
  @Option(help: "Seconds of sound that each stream hears in a round.") var seconds = 4.0
  @Option(help: "How the report is written.") var format = Format.text

  var settingsWithoutUse: Set<String> { config == nil ? [] : ["model"] }

  func validate() throws {
    guard model == nil || config == nil else {
      throw ValidationError("--config and --model both say what is measured: give one of them")
    }
    guard 1...1000 ~= rounds else { throw ValidationError("--rounds takes a number between 1 and 1000, not \(rounds)") }
    guard 0.1...3600 ~= seconds else {
      throw ValidationError("--seconds takes a number between 0.1 and 3600, not \(seconds)")
    }
    guard stages || stage.isEmpty else { throw ValidationError("--stage goes with --stages") }
    _ = try counts()
  }

  /// What --streams says.
  private func counts() throws -> [Int] {
    try streams.split(separator: ",", omittingEmptySubsequences: false).map { text in
      guard let count = Int(text), BenchStreams.range ~= count else {
        throw ValidationError(
          "--streams takes numbers between \(BenchStreams.range.lowerBound) and \(BenchStreams.range.upperBound), "
            + "such as 1,10,100, not '\(streams)'")
      }
      return count
    }
  }

  func run() throws {
    let recognizer = try config.map { try UntrainedRecognizer.make($0) } ?? ModelFile.load(model)
    let sound = try input.map { try BenchSound(path: $0) } ?? BenchSound.synthetic(seconds: 20)
    Interruption.install()
    let report = BenchReport(format: format)
    if stages {
      try measureStages(of: recognizer, sound, report)
    } else {
      try measureStreams(of: recognizer, sound, report)
    }
  }

  private func measureStreams(of recognizer: Recognizer, _ sound: BenchSound, _ report: BenchReport) throws {
    let counts = try counts()
    var bench = try BenchStreams(recognizer, sound, roundSeconds: seconds)
    try report.begin(bench, sound)
    var latest: StreamCost?
    for count in counts {
      let cost = try bench.measure(count, rounds: rounds)
      try report.write(cost)
      latest = cost
    }
    if largest, let latest {
      try report.write(largest: try bench.findLargest(from: latest, rounds: min(rounds, 3)))
    }
  }

  private func measureStages(of recognizer: Recognizer, _ sound: BenchSound, _ report: BenchReport) throws {
    let stages = try BenchStages(recognizer, sound)
    let unknown = stage.first { name in !stages.names.contains(name) }
    if let unknown {
      throw TrainingError(
        .usage, "--stage: there is no stage '\(unknown)'; there are \(stages.names.joined(separator: ", "))")
    }
    try report.beginStages(sound, hops: stages.hops, speech: stages.speech)
    for name in stages.names where stage.isEmpty || stage.contains(name) {
      if Interruption.flag.isStopped { throw Stopped() }
      try report.write(try stages.measure(name, rounds: rounds))
    }
  }
}
