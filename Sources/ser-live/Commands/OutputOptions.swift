import ArgumentParser
import Glibc
import Models
import Streaming
import Support

extension OutputFormat: ExpressibleByArgument {}

/// Options of every recognition command: the model, and the output of events.
struct OutputOptions: ParsableArguments {
  @Option(help: "The model (default: built-in).") var model: String?
  @Option(help: "Format of the events on standard output.") var format: OutputFormat = .text
  @Option(
    help: ArgumentHelp(
      """
      Also write events to a file, in any of the formats; may be given several times. An existing file is appended to; \
      an EmotionML document is replaced. SIGHUP reopens the file.
      """, valueName: "format:file"))
  var output: [AdditionalOutput] = []
  @Option(help: "Also report the smoothed probabilities at this interval, in seconds.") var every: Double?
  @Option(
    help: ArgumentHelp(
      "Report these events only: \(EventKind.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "event,event,…"))
  var events: EventSelection?
  @Option(
    help: ArgumentHelp(
      """
      Group or rename emotions, such as angry+fearful+disgust=stressed,calm+neutral=relaxed. Probabilities add up.
      """, valueName: "emotion+…=label,…"))
  var labels: LabelGroups?
  @Option(
    help: ArgumentHelp(
      """
      Report an alert when a label has lasted this many seconds, not counting pauses of up to GAP seconds (default: \
      \(AlertRule.usualGap.decimals(0))); may be given several times.
      """, valueName: "label:seconds[:gap]"))
  var alert: [AlertRule] = []
  @Option(
    help: ArgumentHelp(
      """
      Shell command to run for each alert: ALERT_LABEL, ALERT_TIME, ALERT_SINCE, ALERT_HELD and, with --channel each, \
      ALERT_CHANNEL are in its environment, the event as JSON on its standard input.
      """, valueName: "command"))
  var onAlert: String?

  func validate() throws {
    if let every, !(0.01...3600 ~= every) {
      throw ValidationError("--every takes seconds between 0.01 and 3600, not \(every)")
    }
    if let events, events.kinds.contains(.frame) != (every != nil) {
      throw ValidationError(
        every == nil
          ? "--events with frame needs --every SECONDS, its interval"
          : "--every reports frames, which --events leaves out: add frame to --events, or drop --every")
    }
    if let labels,
      labels.groups.contains(where: { $0.name.hasStrayBytes || $0.emotions.contains(where: \.hasStrayBytes) })
    {
      throw ValidationError("--labels is not UTF-8: set the terminal or the script to UTF-8, or use plain letters")
    }
    if onAlert != nil && alert.isEmpty {
      throw ValidationError("--on-alert needs --alert, such as --alert angry:5")
    }
    for (index, one) in output.enumerated() where output[..<index].contains(where: { $0.path == one.path }) {
      throw ValidationError("--output names \(one.path) twice")
    }
  }

  /// The model with the requested labels.
  func recognizer() throws -> Recognizer {
    var recognizer = try ModelFile.load(model)
    if let labels {
      do {
        recognizer.report(by: try LabelMap(labels.groups, of: recognizer.labels.emotions))
      } catch {
        throw ValidationError("--labels: \(error.message)")
      }
    }
    do {
      _ = try AlertMonitor(alert, labels: recognizer.reportedLabels)
    } catch {
      throw ValidationError("--alert: \(error.message)")
    }
    return recognizer
  }

  /// Checks that all files can be opened, before the first of them is.
  ///
  /// - Throws: the errors of `OutputPlace`.
  func tryPlaces() throws(OperationError) {
    for one in output { try OutputPlace.tryFile(one.path, .inPlace) }
  }

  /// Opens all outputs of events.
  ///
  /// - Parameters:
  ///   - live: whether events arrive in real time.
  ///   - epoch: when the first sample was captured, in seconds since 1970; nil where the source is not live.
  ///   - hasChannels: whether events belong to separate channels.
  func sink(
    labels: LabelSet, live: Bool, epoch: Double? = nil, hasChannels: Bool = false
  ) throws(SinkError) -> any EventSink {
    // Files first: a failure to open one appears before any output.
    var files: [any EventSink] = []
    for one in output {
      files.append(
        try EncodedSink(
          one.format.encoder(labels: labels, epoch: epoch, hasChannels: hasChannels), labels: labels,
          to: .file(OutputFile(one.path))))
    }
    if !files.isEmpty { Reopening.install() }
    let standard = try format.sink(labels: labels, live: live, epoch: epoch, hasChannels: hasChannels)
    let sink = SinkGroup([standard] + files, kinds: events?.kinds ?? Set(EventKind.allCases))
    guard let onAlert else { return sink }
    return AlertSink(AlertCommand(onAlert, labels: labels), before: sink)
  }
}

/// A file for events and its format: `jsonl:FILE`.
struct AdditionalOutput: ExpressibleByArgument, Equatable {
  let format: OutputFormat
  let path: String

  init?(argument: String) {
    guard let colon = argument.firstIndex(of: ":"), let format = OutputFormat(rawValue: String(argument[..<colon]))
    else { return nil }
    path = String(argument[argument.index(after: colon)...])
    self.format = format
    // Standard output is set with --format.
    if path.isEmpty || path == "-" { return nil }
  }
}

/// Kinds of events, separated by commas.
struct EventSelection: ExpressibleByArgument, Equatable {
  let kinds: Set<EventKind>

  init?(argument: String) {
    var kinds: Set<EventKind> = []
    for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let kind = EventKind(rawValue: String(name)) else { return nil }
      kinds.insert(kind)
    }
    self.kinds = kinds
  }
}

/// Emotions and their reported names: `angry+fearful=stressed,calm=relaxed`.
struct LabelGroups: ExpressibleByArgument {
  let groups: [(emotions: [String], name: String)]

  init?(argument: String) {
    var groups: [(emotions: [String], name: String)] = []
    for text in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = text.split(separator: "=", omittingEmptySubsequences: false).map(Self.trimmed)
      guard sides.count == 2, !sides[1].isEmpty else { return nil }
      let emotions = sides[0].split(separator: "+", omittingEmptySubsequences: false).map(Self.trimmed)
      guard !emotions.contains("") else { return nil }
      groups.append((emotions, sides[1]))
    }
    self.groups = groups
  }

  private static func trimmed(_ text: Substring) -> String {
    String(String(text.drop { $0 == " " }.reversed().drop { $0 == " " }).reversed())
  }
}
