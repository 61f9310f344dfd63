import Streaming

/// The output events of the program, in stream order.
enum StreamEvent: Sendable, Equatable {
  /// The stable label changed. `latency` is the time from the capture of the audio to this moment, in seconds; nil
  /// where the source is not live.
  case label(LabelChange, latency: Double?)
  /// The state of the stream at a fixed cadence.
  case frame(Snapshot)
  /// A stretch of speech ended.
  case utterance(Utterance)
  /// A recording ended.
  case file(FilePrediction)
  /// A label has held for the time of a rule.
  case alert(Alert)
  /// A non-fatal problem; `code` is for programs, `message` one sentence for the user. `time` is in seconds since the
  /// first sample of the stream.
  case warning(code: String, time: Double, message: String)
  /// An event of one of several separate channels; the number counts from 1.
  indirect case channel(Int, StreamEvent)

  /// The kind of the event.
  var kind: EventKind {
    switch self {
    case .label: .label
    case .frame: .frame
    case .utterance: .utterance
    case .file: .file
    case .alert: .alert
    case .warning: .warning
    case .channel(_, let event): event.kind
    }
  }

  /// The channel of the event; nil where channels are not separate.
  var channel: Int? {
    guard case .channel(let number, _) = self else { return nil }
    return number
  }

  /// The event without its channel.
  var content: StreamEvent {
    guard case .channel(_, let event) = self else { return self }
    return event
  }

  /// The event with a channel; unchanged for nil.
  func of(channel: Int?) -> StreamEvent { channel.map { .channel($0, self) } ?? self }

  /// The event with `seconds` added to its latency.
  func delayed(by seconds: Double) -> StreamEvent {
    guard case .label(let change, let latency?) = content else { return self }
    return StreamEvent.label(change, latency: latency + seconds).of(channel: channel)
  }
}

/// The kinds of events, with their names in the output.
enum EventKind: String, CaseIterable, Sendable {
  case label, frame, utterance, file, alert, warning
}

/// The prediction for a whole recording.
struct FilePrediction: Sendable, Equatable {
  var path: String
  /// Seconds of audio.
  var duration: Double
  /// Seconds of speech in it.
  var speech: Double
  var label: Label
  /// Probability of `label`, 0…1; 1 for `silence`.
  var confidence: Float
  /// One per emotion; they sum to 1, or are all zero where there was no speech.
  var probabilities: [Float]
}

extension LabelSet {
  /// The name of a label.
  subscript(label: Label) -> String {
    switch label {
    case .silence: "silence"
    case .uncertain: "uncertain"
    case .emotion(let index): emotions[index]
    }
  }

  /// Length of the longest name.
  var width: Int {
    emotions.reduce(self[.uncertain].count) { max($0, $1.count) }
  }
}
