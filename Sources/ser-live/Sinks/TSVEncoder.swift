import Streaming
import Support

/// A table with a line for each event and tabs between its fields; the first line names them.
///
/// Missing values are empty fields. A tab, line end or backslash within a field is written `\t`, `\n`, `\r` or `\\`,
/// any other control character `\u001b`, so that file names cannot send control sequences to the terminal.
struct TSVEncoder: EventEncoder {
  private let columns: [String]
  private let places: [String: Int]
  private let labels: LabelSet

  /// - Parameter hasChannels: whether events have channels, as the last column.
  init(labels: LabelSet, hasChannels: Bool = false) {
    self.labels = labels
    columns =
      Self.fields + labels.emotions.map { "p_\($0)" } + labels.genders.map { "gender_\($0)" }
      + (hasChannels ? [Self.channel] : [])
    places = Dictionary(columns.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The columns that do not depend on the labels.
  static let fields = [
    "type", "time", "start", "end", "label", "previous", "confidence", "speech", "level_db", "latency_ms", "duration",
    "path", "code", "message",
  ]

  private static let channel = "channel"

  var opening: [UInt8] { line(columns) }

  func encode(_ event: StreamEvent) -> [UInt8]? { line(row(event)) }

  private func row(_ event: StreamEvent) -> [String] {
    if case .channel(let number, let event) = event {
      var row = row(event)
      if let place = places[Self.channel] { row[place] = String(number) }
      return row
    }
    var row = [String](repeating: "", count: columns.count)
    func set(_ column: String, _ text: String) { row[places[column]!] = text }
    func set(_ column: String, _ number: Double, _ decimals: Int) {
      if number.isFinite { set(column, number.decimals(decimals, trimmed: true)) }
    }
    func set(_ prefix: String, _ names: [String], _ values: [Float]) {
      for (name, value) in zip(names, values) { set(prefix + name, Double(value), 4) }
    }
    set("type", event.kind.rawValue)
    switch event {
    case .label(let change, let latency):
      set("time", change.time, 3)
      set("label", labels[change.label])
      set("previous", labels[change.previous])
      set("confidence", Double(change.confidence), 4)
      if let latency { set("latency_ms", latency * 1000, 1) }
      set("p_", labels.emotions, change.probabilities)
    case .frame(let snapshot):
      set("time", snapshot.time, 3)
      set("label", labels[snapshot.label])
      set("confidence", Double(snapshot.confidence), 4)
      set("speech", snapshot.speech ? "true" : "false")
      set("level_db", Double(snapshot.level), 1)
      set("p_", labels.emotions, snapshot.probabilities)
    case .utterance(let utterance):
      set("start", utterance.start, 3)
      set("end", utterance.end, 3)
      set("label", labels.emotions[utterance.label])
      set("confidence", Double(utterance.confidence), 4)
      set("p_", labels.emotions, utterance.probabilities)
      set("gender_", labels.genders, utterance.gender)
    case .file(let file):
      set("path", file.path)
      set("duration", file.duration, 3)
      set("speech", file.speech, 3)
      set("label", labels[file.label])
      set("confidence", Double(file.confidence), 4)
      set("p_", labels.emotions, file.probabilities)
    case .alert(let alert):
      set("time", alert.time, 3)
      set("start", alert.since, 3)
      set("label", labels[alert.label])
      set("duration", alert.held, 3)
    case .warning(let code, let time, let message):
      set("code", code)
      set("time", time, 3)
      set("message", message)
    case .channel: preconditionFailure("it was taken off above")
    }
    return row
  }

  private func line(_ fields: [String]) -> [UInt8] {
    Array((fields.map(Self.escaped).joined(separator: "\t") + "\n").utf8)
  }

  private static func escaped(_ field: String) -> String {
    var text = ""
    for scalar in field.legible.unicodeScalars {
      switch scalar {
      case "\t": text += "\\t"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\\": text += "\\\\"
      case _ where scalar.properties.generalCategory == .control:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
