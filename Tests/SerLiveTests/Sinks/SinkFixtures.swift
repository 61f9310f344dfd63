import Glibc
import Streaming

@testable import ser_live

let labels = LabelSet(
  emotions: ["neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised"],
  genders: ["female", "male"])

let angry: [Float] = [0.01, 0.004, 0.05, 0.02, 0.8123456, 0.03, 0.06, 0.0136544]

/// One event of each kind, with the line of JSON and the line of text that it must give.
let samples: [(event: StreamEvent, json: String, text: String)] = [
  (
    .label(
      LabelChange(
        time: 1.24, label: .emotion(4), previous: .silence, confidence: 0.8123456, probabilities: angry),
      latency: 0.0481),
    #"{"type":"label","time":1.24,"label":"angry","previous":"silence","confidence":0.8123,"probabilities":"#
      + #"{"neutral":0.01,"calm":0.004,"happy":0.05,"sad":0.02,"angry":0.8123,"fearful":0.03,"disgust":0.06,"#
      + #""surprised":0.0137},"latency_ms":48.1}"#,
    "   1.24 s  angry      0.81"
  ),
  (
    .label(
      LabelChange(
        time: 2.0004, label: .silence, previous: .uncertain, confidence: 1,
        probabilities: [Float](repeating: 0, count: 8)),
      latency: nil),
    #"{"type":"label","time":2,"label":"silence","previous":"uncertain","confidence":1,"probabilities":"#
      + #"{"neutral":0,"calm":0,"happy":0,"sad":0,"angry":0,"fearful":0,"disgust":0,"surprised":0}}"#,
    "   2.00 s  silence"
  ),
  (
    .frame(
      Snapshot(time: 12.5, label: .uncertain, confidence: 0.3, probabilities: angry, level: -23.04, speech: true)),
    #"{"type":"frame","time":12.5,"speech":true,"label":"uncertain","confidence":0.3,"probabilities":"#
      + #"{"neutral":0.01,"calm":0.004,"happy":0.05,"sad":0.02,"angry":0.8123,"fearful":0.03,"disgust":0.06,"#
      + #""surprised":0.0137},"level_db":-23}"#,
    "  12.50 s  uncertain  0.30  (neutral 0.01, calm 0.00, happy 0.05, sad 0.02, angry 0.81, fearful 0.03, "
      + "disgust 0.06, surprised 0.01)"
  ),
  (
    .utterance(
      Utterance(
        start: 0.52, end: 2.8396, label: 4, confidence: 0.8251, probabilities: angry, gender: [0.97, 0.03])),
    #"{"type":"utterance","start":0.52,"end":2.84,"label":"angry","confidence":0.8251,"probabilities":"#
      + #"{"neutral":0.01,"calm":0.004,"happy":0.05,"sad":0.02,"angry":0.8123,"fearful":0.03,"disgust":0.06,"#
      + #""surprised":0.0137},"gender":{"female":0.97,"male":0.03}}"#,
    "utterance 0.52–2.84 s: angry 0.83 (female 0.97)"
  ),
  (
    .file(
      FilePrediction(
        path: "a \"b\"\\\n\u{1B}é.wav", duration: 3.7037, speech: 2.32, label: .emotion(4), confidence: 0.75,
        probabilities: angry)),
    #"{"type":"file","path":"a \"b\"\\\n\u001bé.wav","duration":3.704,"speech":2.32,"label":"angry","#
      + #""confidence":0.75,"probabilities":{"neutral":0.01,"calm":0.004,"happy":0.05,"sad":0.02,"angry":0.8123,"#
      + #""fearful":0.03,"disgust":0.06,"surprised":0.0137}}"#,
    "a \"b\"\\\u{FFFD}\u{FFFD}é.wav: angry 0.75 (2.32 s of speech in 3.70 s)"
  ),
  (
    .alert(Alert(time: 9.48, label: .emotion(4), since: 2.4, held: 5.0004)),
    #"{"type":"alert","time":9.48,"label":"angry","since":2.4,"held":5}"#,
    "   9.48 s  ALERT: angry for 5.00 s"
  ),
  (
    .warning(code: "dropped", time: 7.1, message: "1200 samples were lost."),
    #"{"type":"warning","code":"dropped","time":7.1,"message":"1200 samples were lost."}"#,
    "   7.10 s  warning: 1200 samples were lost."
  ),
]

/// A pipe whose both ends belong to the test.
final class TestPipe: Sendable {
  let reader: Int32
  let writer: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    precondition(pipe(&ends) == 0)
    (reader, writer) = (ends[0], ends[1])
    // Reading stops at the end of what is there.
    _ = fcntl(reader, F_SETFL, O_NONBLOCK)
  }

  deinit {
    close(reader)
    close(writer)
  }

  var output: Output { Output(descriptor: writer) }

  /// What has been written since the last call.
  func text() -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = read(reader, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
