import Streaming
import Support

/// Writes one line of text for each event; warnings go to the messages.
struct TextSink: EventSink {
  let labels: LabelSet
  let output: Output
  let messages: Output

  var refreshInterval: Double? { nil }

  func receive(_ event: StreamEvent) throws(SinkError) {
    let line = TextLine(event, labels: labels).text + "\n"
    if event.kind == .warning {
      // If standard error is closed, messages are not wanted; the events still are.
      try? messages.writeText(line)
    } else {
      try output.writeText(line)
    }
  }

  func refresh(_ snapshots: [Snapshot]) {}

  func close() {}
}

/// The same lines in a file, including warnings.
struct TextEncoder: EventEncoder {
  let labels: LabelSet

  func encode(_ event: StreamEvent) -> [UInt8]? { LocaleText.bytes(TextLine(event, labels: labels).text + "\n") }
}

/// An event as text.
struct TextLine {
  let text: String

  init(_ event: StreamEvent, labels: LabelSet) {
    switch event {
    case .label(let change, _):
      text = Self.moment(change.time) + "  " + Self.label(change.label, change.confidence, labels)
    case .frame(let snapshot):
      let probabilities = zip(labels.emotions, snapshot.probabilities).map { "\($0) \($1.decimals(2))" }
      text =
        Self.moment(snapshot.time) + "  " + Self.label(snapshot.label, snapshot.confidence, labels)
        + (snapshot.speech ? "  (\(probabilities.joined(separator: ", ")))" : "")
    case .utterance(let utterance):
      var text = "utterance \(utterance.start.decimals(2))–\(utterance.end.decimals(2)) s: "
      text += "\(labels.emotions[utterance.label]) \(utterance.confidence.decimals(2))"
      if let gender = utterance.gender.indices.max(by: { utterance.gender[$0] < utterance.gender[$1] }) {
        text += " (\(labels.genders[gender]) \(utterance.gender[gender].decimals(2)))"
      }
      self.text = text
    case .file(let file):
      let amount = "\(file.speech.decimals(2)) s of speech in \(file.duration.decimals(2)) s"
      let confidence = file.label == .silence ? "" : " \(file.confidence.decimals(2))"
      text = "\(file.path.printable): \(labels[file.label])\(confidence) (\(amount))"
    case .alert(let alert):
      text = "\(Self.moment(alert.time))  ALERT: \(labels[alert.label]) for \(alert.held.decimals(2)) s"
    case .warning(_, let time, let message):
      text = "\(Self.moment(time))  warning: \(message.printable)"
    case .channel(let number, let event):
      text = "channel \(number)  \(TextLine(event, labels: labels).text)"
    }
  }

  private static func moment(_ time: Double) -> String {
    "\(time.decimals(2).leftPadded(to: 7)) s"
  }

  /// A label and, in speech, its probability, in one column each.
  private static func label(_ value: Label, _ confidence: Float, _ labels: LabelSet) -> String {
    if value == .silence { return labels[value] }
    return labels[value].padded(to: labels.width + 2) + confidence.decimals(2)
  }
}

extension String {
  /// The string padded with trailing spaces to `width` characters.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  /// The string padded with leading spaces to `width` characters.
  func leftPadded(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }

  /// The string with control characters and invalid UTF-8 replaced, so that file names cannot send control sequences to
  /// the terminal.
  var printable: String {
    var text = ""
    for scalar in legible.unicodeScalars {
      text.unicodeScalars.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
    }
    return text
  }
}
