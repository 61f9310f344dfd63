import Streaming

/// One JSON object per line for each event, and no other output.
struct JSONLinesEncoder: EventEncoder {
  let labels: LabelSet

  func encode(_ event: StreamEvent) -> [UInt8]? { line(for: event).bytes }

  private func line(for event: StreamEvent) -> JSONLine {
    switch event {
    case .label(let change, let latency):
      var line = JSONLine(type: "label")
      line.add("time", change.time, decimals: 3)
      line.add("label", labels[change.label])
      line.add("previous", labels[change.previous])
      line.add("confidence", change.confidence, decimals: 4)
      line.add("probabilities", change.probabilities, names: labels.emotions, decimals: 4)
      if let latency { line.add("latency_ms", latency * 1000, decimals: 1) }
      return line
    case .frame(let snapshot):
      var line = JSONLine(type: "frame")
      line.add("time", snapshot.time, decimals: 3)
      line.add("speech", snapshot.speech)
      line.add("label", labels[snapshot.label])
      line.add("confidence", snapshot.confidence, decimals: 4)
      line.add("probabilities", snapshot.probabilities, names: labels.emotions, decimals: 4)
      line.add("level_db", snapshot.level, decimals: 1)
      return line
    case .utterance(let utterance):
      var line = JSONLine(type: "utterance")
      line.add("start", utterance.start, decimals: 3)
      line.add("end", utterance.end, decimals: 3)
      line.add("label", labels.emotions[utterance.label])
      line.add("confidence", utterance.confidence, decimals: 4)
      line.add("probabilities", utterance.probabilities, names: labels.emotions, decimals: 4)
      if !utterance.gender.isEmpty {
        line.add("gender", utterance.gender, names: labels.genders, decimals: 4)
      }
      return line
    case .file(let file):
      var line = JSONLine(type: "file")
      line.add("path", file.path)
      line.add("duration", file.duration, decimals: 3)
      line.add("speech", file.speech, decimals: 3)
      line.add("label", labels[file.label])
      line.add("confidence", file.confidence, decimals: 4)
      line.add("probabilities", file.probabilities, names: labels.emotions, decimals: 4)
      return line
    case .alert(let alert):
      var line = JSONLine(type: "alert")
      line.add("time", alert.time, decimals: 3)
      line.add("label", labels[alert.label])
      line.add("since", alert.since, decimals: 3)
      line.add("held", alert.held, decimals: 3)
      return line
    case .warning(let code, let time, let message):
      var line = JSONLine(type: "warning")
      line.add("code", code)
      line.add("time", time, decimals: 3)
      line.add("message", message)
      return line
    case .channel(let number, let event):
      var line = line(for: event)
      line.add("channel", number)
      return line
    }
  }
}
