import ArgumentParser
import Capture
import Models
import Streaming
import Support
import Synchronization

extension ArrayFormat: ExpressibleByArgument {}

struct Features: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes the features of recordings as NumPy arrays or tables.",
    discussion: """
      The features are those of training and live recognition. For one recording --output is a file: .npy (float32, \
      [frames × columns], with the names of the columns in a .json next to it) or .csv (the time in seconds first). \
      For several, or for a folder, it is a folder with one array per recording and an index.csv. With --functionals \
      it is one file with one line per recording. With --channel each every channel has its own array or line: \
      talk-1.npy and talk-2.npy for --output talk.npy. A bad recording is reported and the others are processed; the \
      exit code is then 65. docs/features.md describes every column.

      Examples:
        ser-live features talk.wav --output talk.npy
        ser-live features talk.wav --output talk.csv --features mfcc,level --window 25 --hop 10
        ser-live features ravdess --output arrays --speech-only
        ser-live features ravdess --output statistics.csv --functionals mean,deviation,p10,p90
        ser-live features --describe
      """)

  /// Format of `--describe`.
  enum DescriptionFormat: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  @Argument(help: "Recordings, and folders of them; - is standard input.") var paths: [String] = []
  @Option(help: ArgumentHelp("The file or folder to write.", valueName: "out")) var output: String?
  @Flag(help: "Describe the columns, with units and definitions; takes no recordings.") var describe = false
  @Option(help: "Format of --describe (default: text).") var format: DescriptionFormat?
  @OptionGroup var features: FeatureOptions
  @OptionGroup var selection: ChannelOption
  @OptionGroup var preprocessing: PreprocessingOptions
  @OptionGroup var normalization: NormalizationOption
  @Option(
    help: ArgumentHelp("Cut each recording to this length, or pad it with silence.", valueName: "seconds"))
  var padOrTrim: Double?
  @Flag(help: "Keep only the frames that the speech gate marks as speech.") var speechOnly = false
  @Option(
    help: ArgumentHelp(
      """
      Statistics of each column over a recording instead of its frames: mean, deviation, minimum, maximum, range, \
      interquartile_range, slope, curvature, change, skewness, p0 … p100.
      """, valueName: "name,name,…"))
  var functionals: String?
  @Option(help: "Format of arrays in a folder: npy or csv (default: npy).") var arrayFormat: ArrayFormat?
  @Option(help: "Recordings to process in parallel (default: one per core).") var jobs: Int?

  func validate() throws {
    if describe {
      guard paths.isEmpty && output == nil else {
        throw ValidationError("--describe takes no recordings and no --output")
      }
      return
    }
    if format != nil { throw ValidationError("--format is for --describe; see --array-format") }
    if paths.isEmpty { throw ValidationError("name recordings, or a folder of them") }
    guard let output, !output.isEmpty else {
      throw ValidationError("--output is missing: the name of a file ending in .npy or .csv, or of a folder")
    }
    if let padOrTrim, !(0.001...86_400 ~= padOrTrim) {
      throw ValidationError("--pad-or-trim takes seconds between 0.001 and 86400, not \(padOrTrim)")
    }
    if let jobs, !(1...1024 ~= jobs) {
      throw ValidationError("--jobs takes a number between 1 and 1024, not \(jobs)")
    }
    _ = try statistics()
  }

  /// nil for the rows themselves.
  private func statistics() throws -> [Statistic]? {
    guard let functionals else { return nil }
    do {
      return try Statistic.named(
        functionals.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
    } catch {
      throw ValidationError("--functionals: \(error)")
    }
  }

  func run() throws {
    var listening = try features.listening()
    listening.preprocessing = preprocessing.applied(to: listening.preprocessing)
    if describe {
      try write(LayoutDescription(listening.frontEnd))
      return
    }
    let extractor = FeatureExtractor(
      listening: listening, normalization: normalization.normalize, length: padOrTrim, speechOnly: speechOnly,
      channel: selection.channel)
    Interruption.install()
    let recordings = try RecordingList(paths, reserved: "index", stop: Interruption.flag)
    if Interruption.flag.isStopped { throw Stopped() }
    let output = output!
    if let statistics = try statistics() {
      try writeStatistics(statistics, of: recordings, extractor, to: output)
    } else if recordings.isMany {
      try writeArrays(of: recordings, extractor, to: output)
    } else {
      try writeArray(of: recordings.entries[0], extractor, to: output)
    }
  }

  private func write(_ description: LayoutDescription) throws {
    switch format ?? .text {
    case .text: for line in description.lines { try Output.standard.writeText(line + "\n") }
    case .json: try Output.standard.write(JSONText.encode(description))
    }
  }

  /// The format of a file extension.
  private func format(of output: String, _ what: String) throws -> ArrayFormat {
    guard let format = ArrayFormat(path: output) else {
      throw OperationError(.usage, "--output of \(what) ends in .npy or .csv; '\(output)' does not")
    }
    if let arrayFormat, arrayFormat != format {
      throw OperationError(.usage, "--output '\(output)' and --array-format \(arrayFormat.rawValue) differ")
    }
    return format
  }

  /// The rows of a recording, or of each of its channels.
  private static func extract(_ path: String, _ extractor: FeatureExtractor) throws -> [FeatureTable] {
    let results = try extractor.extract(path)
    if results.contains(where: \.hasNoLevel) { NormalizationOption.reportNoLevel(path) }
    return results.map(\.table)
  }

  private var isEach: Bool { selection.channel == .each }

  /// The name of a recording's array, without extension: with the channel's number where channels are separate.
  private static func name(_ name: String, _ channel: Int, isEach: Bool) -> String {
    isEach ? "\(name)-\(channel)" : name
  }

  private func writeArray(of entry: RecordingList.Entry, _ extractor: FeatureExtractor, to output: String) throws {
    let format = try format(of: output, "one recording")
    let end = String(output.suffix(format.rawValue.count + 1))
    try ArrayFile.tryPlace(output, format)
    for (index, table) in try Self.extract(entry.path, extractor).enumerated() {
      let path = Self.name(String(output.dropLast(end.count)), index + 1, isEach: isEach) + end
      try ArrayFile.write(
        table, Geometry(extractor.listening.frontEnd), to: path, format, recording: entry.path, isWhole: !speechOnly)
      Messages.write("ser-live: wrote \(path), \(table.frames) frames of \(table.columns.count) columns")
    }
  }

  private func writeArrays(of recordings: RecordingList, _ extractor: FeatureExtractor, to output: String) throws {
    if ArrayFormat(path: output) != nil {
      throw OperationError(
        .usage, "--output of several recordings is a folder, not '\(output)'; see --array-format and --functionals")
    }
    let format = arrayFormat ?? .npy
    let (isWhole, isEach) = (!speechOnly, isEach)
    let geometry = Geometry(extractor.listening.frontEnd)
    try OutputPlace.tryFolder(output, files: ["index.csv"], makesParents: true)
    try ArrayFile.makeFolder(output)
    let (arrays, bad) = try work(on: recordings, extractor) { entry, channel, table in
      let name = "\(Self.name(entry.name, channel, isEach: isEach)).\(format.rawValue)"
      let path = "\(output)/\(name)"
      if let slash = name.lastIndex(of: "/") { try ArrayFile.makeFolder("\(output)/\(name[..<slash])") }
      try ArrayFile.write(table, geometry, to: path, format, recording: entry.path, isWhole: isWhole)
      return (path: entry.path, channel: channel, array: name, frames: table.frames)
    }
    var index = CommaSeparated()
    for name in ["path", "frames", "array"] + RecordingFacts.columns + (isEach ? ["channel"] : []) { index.add(name) }
    index.endLine()
    for array in arrays {
      index.add(array.path.legible)
      index.add(String(array.frames))
      index.add(array.array.legible)
      for fact in RecordingFacts(path: array.path).fields { index.add(fact) }
      if isEach { index.add(String(array.channel)) }
      index.endLine()
    }
    try ArrayFile.write(index.bytes, to: "\(output)/index.csv")
    try finish("wrote \(arrays.count) arrays and index.csv to \(output)", bad, of: recordings)
  }

  private func writeStatistics(
    _ statistics: [Statistic], of recordings: RecordingList, _ extractor: FeatureExtractor, to output: String
  ) throws {
    let format = try format(of: output, "--functionals")
    try ArrayFile.tryPlace(output, format)
    let names = FeatureLayout(extractor.listening.frontEnd).columnNames
    let isEach = isEach
    let (summaries, bad) = try work(on: recordings, extractor) { entry, channel, table in
      guard table.frames > 0 else {
        throw CaptureError(
          .badData, "\(entry.path) has no frames for statistics: it is shorter than a window or holds no speech")
      }
      return ArrayFile.Summary(
        path: entry.path, frames: table.frames, channel: isEach ? channel : nil,
        values: table.summary(statistics))
    }
    if !recordings.isMany, let bad = bad.first { throw bad }
    let columns = Functionals(columns: names.indices, statistics: statistics, capacity: 1).columnNames(for: names)
    try ArrayFile.write(summaries, columns: columns, Geometry(extractor.listening.frontEnd), to: output, format)
    try finish("wrote \(output), \(summaries.count) lines of \(columns.count) columns", bad, of: recordings)
  }

  /// Processes all recordings, on several cores.
  ///
  /// - Parameter body: processes a table and the number of its channel; 1 where there is one table.
  /// - Returns: the results of readable recordings, and the errors of the others.
  private func work<Work: Sendable>(
    on recordings: RecordingList, _ extractor: FeatureExtractor,
    _ body: @Sendable (RecordingList.Entry, _ channel: Int, FeatureTable) throws -> Work
  ) throws -> (done: [Work], bad: [CaptureError]) {
    let total = recordings.entries.count
    let count = Mutex(0)
    let hasFailed = Atomic(false)
    let results = try Parallel.map(recordings.entries, jobs: jobs) { entry -> Result<[Work], CaptureError>? in
      // After one failed write, others will hardly succeed.
      if Interruption.flag.isStopped || hasFailed.load(ordering: .relaxed) { return nil }
      defer {
        count.withLock { count in
          count += 1
          if count % 100 == 0 && count < total { Messages.write("processed \(count)/\(total) recordings") }
        }
      }
      do {
        let tables = try Self.extract(entry.path, extractor)
        return .success(try tables.enumerated().map { try body(entry, $0 + 1, $1) })
      } catch let error as CaptureError {
        return .failure(error)
      } catch {
        hasFailed.store(true, ordering: .relaxed)
        throw error
      }
    }
    var done: [Work] = []
    var bad: [CaptureError] = []
    for result in results {
      switch result {
      case .success(let work): done += work
      case .failure(let error): bad.append(error)
      case nil: break
      }
    }
    return (done, bad)
  }

  /// Reports the results and the failed recordings.
  private func finish(_ message: String, _ bad: [CaptureError], of recordings: RecordingList) throws {
    for error in bad { Messages.write("ser-live: \(error)") }
    for failure in recordings.failures { Messages.write("ser-live: \(failure)") }
    if let sentence = recordings.passedOver.sentence { Messages.write("ser-live: \(sentence)") }
    Messages.write("ser-live: \(Interruption.flag.isStopped ? "stopped; " : "")\(message)")
    let unused = bad.count + recordings.failures.count
    guard unused > 0 else { return }
    throw CaptureError(
      .badData, "\(unused) of \(recordings.entries.count + recordings.failures.count) recordings could not be used")
  }
}
