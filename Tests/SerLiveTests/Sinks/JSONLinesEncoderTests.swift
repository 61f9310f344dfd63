import FoundationEssentials
import Streaming
import Testing

@testable import ser_live

@Suite struct JSONLinesEncoderTests {
  private let pipe = TestPipe()
  private var sink: EncodedSink { get throws { try sink(labels) } }

  private func sink(_ labels: LabelSet) throws -> EncodedSink {
    try EncodedSink(
      JSONLinesEncoder(labels: labels), labels: labels, to: .output(pipe.output, messages: pipe.output))
  }

  @Test(arguments: samples.indices) func eachEventIsTheExactLine(index: Int) throws {
    try sink.receive(samples[index].event)
    #expect(pipe.text() == samples[index].json + "\n")
  }

  /// Any line, as a program reads it.
  private struct Line: Decodable {
    var type: String
    var time: Double?
    var label: String?
    var previous: String?
    var confidence: Double?
    var probabilities: [String: Double]?
    var latency: Double?
    var gender: [String: Double]?
    var path: String?
    var message: String?

    enum CodingKeys: String, CodingKey {
      case type, time, label, previous, confidence, probabilities, gender, path, message
      case latency = "latency_ms"
    }
  }

  private func parsed() throws -> Line {
    try JSONDecoder().decode(Line.self, from: Data(pipe.text().utf8))
  }

  @Test func labelReadsBack() throws {
    try sink.receive(samples[0].event)
    let line = try parsed()
    #expect(line.type == "label")
    #expect(line.label == "angry")
    #expect(line.previous == "silence")
    #expect(line.latency == 48.1)
    let probabilities = try #require(line.probabilities)
    #expect(Set(probabilities.keys) == Set(labels.emotions))
    for (name, probability) in zip(labels.emotions, angry) {
      #expect(abs(try #require(probabilities[name]) - Double(probability)) <= 0.00005)
    }
  }

  @Test func everyCharacterReadsBack() throws {
    // All control characters, the characters of JSON itself, and beyond the basic plane.
    let controls = String(String.UnicodeScalarView((0...0x9F).compactMap(Unicode.Scalar.init)))
    let message = controls + "\"\\/{}[]:,é\u{2028}\u{FFFF}🎤 e\u{301}"
    try sink.receive(.warning(code: "xrun", time: 0, message: message))
    let text = pipe.text()
    #expect(text.utf8.filter { $0 < 0x20 } == [UInt8(ascii: "\n")], "one line, without control characters")
    let line = try JSONDecoder().decode(Line.self, from: Data(text.utf8))
    #expect(try Array(#require(line.message).unicodeScalars) == Array(message.unicodeScalars))
  }

  @Test func pathThatIsNotUTF8IsRepaired() throws {
    let path = String(decoding: [0x66, 0xFF, 0xFE, 0x2E, 0x77], as: UTF8.self)
    try sink.receive(
      .file(FilePrediction(path: path, duration: 1, speech: 0, label: .silence, confidence: 1, probabilities: angry)))
    #expect(try parsed().path == "f\u{FFFD}\u{FFFD}.w")
  }

  @Test func whatJSONCannotSayIsNull() throws {
    var change = LabelChange(
      time: .infinity, label: .emotion(0), previous: .silence, confidence: .nan, probabilities: angry)
    change.probabilities[2] = -.infinity
    try sink.receive(.label(change, latency: nil))
    let text = pipe.text()
    #expect(text.contains(#""time":null"#) && text.contains(#""confidence":null"#) && text.contains(#""happy":null"#))
    let line = try JSONDecoder().decode([String: JSONValue].self, from: Data(text.utf8))
    #expect(line["confidence"] == .null)
  }

  private enum JSONValue: Decodable, Equatable {
    case null
    case other

    init(from decoder: any Decoder) throws {
      self = try decoder.singleValueContainer().decodeNil() ? .null : .other
    }
  }

  @Test func modelWithoutGenderSaysNothingOfIt() throws {
    try sink(LabelSet(emotions: labels.emotions, genders: [])).receive(
      .utterance(Utterance(start: 0, end: 1, label: 0, confidence: 0.5, probabilities: angry, gender: [])))
    #expect(try parsed().gender == nil)
  }

  @Test func aChannelIsAKey() {
    let encoder = JSONLinesEncoder(labels: labels)
    for sample in samples {
      let line = encoder.encode(.channel(12, sample.event)).map { String(decoding: $0, as: UTF8.self) }
      #expect(line == String(sample.json.dropLast()) + ",\"channel\":12}\n")
      #expect(StreamEvent.channel(12, sample.event).kind == sample.event.kind)
    }
    // Time on the way counts for channels, too.
    let label = StreamEvent.channel(3, samples[0].event).delayed(by: 0.001)
    #expect(label == .channel(3, samples[0].event.delayed(by: 0.001)) && label != .channel(3, samples[0].event))
  }

  @Test func snapshotsAreNotWritten() throws {
    let sink = try self.sink
    sink.refresh([Snapshot(time: 1, label: .silence, confidence: 1, probabilities: angry, level: -60, speech: false)])
    try sink.close()
    #expect(pipe.text() == "")
    #expect(sink.refreshInterval == nil)
  }

  @Test(
    arguments: [
      (0.0, "0"), (-0.00004, "0"), (1, "1"), (0.99996, "1"), (0.00005, "0.0001"), (0.5, "0.5"), (-1.25, "-1.25"),
      (123456.78905, "123456.7891"), (1e300, "1e+300"),
    ] as [(Double, String)])
  func numbersAreShort(number: Double, text: String) {
    #expect(number.decimals(4, trimmed: true) == text)
  }

  @Test func fixedDecimalsKeepTheirZeros() {
    #expect(0.8.decimals(2) == "0.80")
    #expect(12.0.decimals(0) == "12")
    #expect((-0.05).decimals(1) == "-0.1")
    #expect(100.005.decimals(3, trimmed: true) == "100.005")
    #expect(120.0.decimals(0, trimmed: true) == "120")
  }
}
