import Streaming

/// What a run of the program reports, in the order of the stream.
enum StreamEvent: Sendable, Equatable {
  /// The stable label changed. `latency` is the time from the capture of the audio to this moment, in seconds; nil where
  /// nothing was captured live.
  case label(LabelChange, latency: Double?)
  /// The state of the stream at a fixed cadence.
  case frame(Snapshot)
  /// A stretch of speech ended.
  case utterance(Utterance)
  /// A recording ended.
  case file(FilePrediction)
  /// A label has been there for as long as a rule asks for.
  case alert(Alert)
  /// Something went wrong that the program survived; `code` is for programs, `message` one sentence for people. `time` is
  /// in seconds since the first sample of the stream.
  case warning(code: String, time: Double, message: String)
  /// An event that is about one of several channels that are processed each by itself; the number counts from 1.
  indirect case channel(Int, StreamEvent)

  /// What kind of event it is.
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

  /// The channel that the event is about; nil where channels are not told apart.
  var channel: Int? {
    guard case .channel(let number, _) = self else { return nil }
    return number
  }

  /// The event without its channel.
  var content: StreamEvent {
    guard case .channel(_, let event) = self else { return self }
    return event
  }

  /// The event as one of a channel's; nil for none.
  func of(channel: Int?) -> StreamEvent { channel.map { .channel($0, self) } ?? self }

  /// The event as it is after another `seconds` on the way to its reader.
  func delayed(by seconds: Double) -> StreamEvent {
    guard case .label(let change, let latency?) = content else { return self }
    return StreamEvent.label(change, latency: latency + seconds).of(channel: channel)
  }
}

/// The kinds of events, by the names that they have in the output.
enum EventKind: String, CaseIterable, Sendable {
  case label, frame, utterance, file, alert, warning
}

/// The verdict for a whole recording.
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
  /// What a verdict is called.
  subscript(label: Label) -> String {
    switch label {
    case .silence: "silence"
    case .uncertain: "uncertain"
    case .emotion(let index): emotions[index]
    }
  }

  /// Characters of the longest name.
  var width: Int {
    emotions.reduce(self[.uncertain].count) { max($0, $1.count) }
  }
}
