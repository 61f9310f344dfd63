import ArgumentParser
import BenchmarkSupport
import Models
import Streaming
import Support

struct Bench: SettingsReader {
  static let configuration = CommandConfiguration(
    abstract: "Measures the cost of recognition on this machine: parallel streams, stages, memory.",
    discussion: """
      The given numbers of streams run through the whole pipeline on one core, hop by hop in turn, as live streams \
      arrive. Each stream starts at a different place of the sound. The report gives the processor time per hop and \
      stream in microseconds (median, least and most of the rounds), the load of a core, and the memory of a stream. \
      Then it measures the largest number of streams that one core processes in real time: the cost per stream grows \
      with their number, because they share the caches.

      Without --input the sound is synthetic: speech-like, with pauses. With --config it measures the untrained \
      networks of an experiment: their cost does not depend on training.

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
    help: ArgumentHelp("Numbers of parallel streams; each is measured in turn.", valueName: "n,n,…"))
  var streams = "1,10,100"
  @Flag(inversion: .prefixedNo, help: "Find the largest number of streams in real time.") var largest = true
  @Flag(help: "Measure the stages of one stream instead of parallel streams.") var stages = false
  @Option(
    help: ArgumentHelp("Only these stages, as --stages names them; 'whole pipeline' for all.", valueName: "name"))
  var stage: [String] = []
  @Option(help: ArgumentHelp("The recording to process, repeated as needed.", valueName: "file")) var input: String?
  @Option(help: "The model (default: built-in).") var model: String?
  @Option(help: ArgumentHelp("The experiment, as YAML, whose untrained networks are measured.", valueName: "file"))
  var config: String?
  @Option(help: "Number of rounds.") var rounds = 7
  @Option(help: "Seconds of sound per stream and round.") var seconds = 4.0
  @Option(help: "Format of the report.") var format = Format.text

  var settingsWithoutUse: Set<String> { config == nil ? [] : ["model"] }

  func validate() throws {
    guard model == nil || config == nil else {
      throw ValidationError("--config and --model exclude each other: give one of them")
    }
    guard 1...1000 ~= rounds else { throw ValidationError("--rounds takes a number between 1 and 1000, not \(rounds)") }
    guard 0.1...3600 ~= seconds else {
      throw ValidationError("--seconds takes a number between 0.1 and 3600, not \(seconds)")
    }
    guard stages || stage.isEmpty else { throw ValidationError("--stage goes with --stages") }
    _ = try counts()
  }

  /// The value of --streams.
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
    // `vote` is the former name of `ensemble`.
    let stage = stage.map { $0 == "vote" ? "ensemble" : $0 }
    let unknown = stage.first { name in !stages.names.contains(name) }
    if let unknown {
      throw OperationError(
        .usage, "--stage: there is no stage '\(unknown)'; there are \(stages.names.joined(separator: ", "))")
    }
    try report.beginStages(sound, hops: stages.hops, speech: stages.speech)
    for name in stages.names where stage.isEmpty || stage.contains(name) {
      if Interruption.flag.isStopped { throw Stopped() }
      try report.write(try stages.measure(name, rounds: rounds))
    }
  }
}
