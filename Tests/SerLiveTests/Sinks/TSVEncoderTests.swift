import Streaming
import Testing

@testable import ser_live

@Suite struct TSVEncoderTests {
  private let encoder = TSVEncoder(labels: labels)

  private func fields(_ bytes: [UInt8]?) throws -> [String] {
    let text = String(decoding: try #require(bytes), as: UTF8.self)
    #expect(text.last == "\n" && !text.dropLast().contains("\n"), "one line")
    return text.dropLast().split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
  }

  private func row(_ event: StreamEvent) throws -> [String: String] {
    let (names, values) = (try fields(encoder.opening), try fields(encoder.encode(event)))
    try #require(names.count == values.count)
    return Dictionary(uniqueKeysWithValues: zip(names, values)).filter { !$0.value.isEmpty }
  }

  @Test func theFirstLineNamesEveryColumnOnce() throws {
    let names = try fields(encoder.opening)
    #expect(names.first == "type" && names.last == "gender_male" && Set(names).count == names.count)
    #expect(names.count == TSVEncoder.fields.count + 8 + 2)
  }

  @Test func aLabel() throws {
    let expected = [
      "type": "label", "time": "1.24", "label": "angry", "previous": "silence", "confidence": "0.8123",
      "latency_ms": "48.1", "p_neutral": "0.01", "p_calm": "0.004", "p_happy": "0.05", "p_sad": "0.02",
      "p_angry": "0.8123", "p_fearful": "0.03", "p_disgust": "0.06", "p_surprised": "0.0137",
    ]
    #expect(try row(samples[0].event) == expected)
  }

  @Test func theOthersHaveWhatJSONHas() throws {
    let frame = try row(samples[2].event)
    #expect(frame["speech"] == "true" && frame["level_db"] == "-23" && frame["label"] == "uncertain")
    let utterance = try row(samples[3].event)
    #expect(utterance["start"] == "0.52" && utterance["end"] == "2.84" && utterance["gender_female"] == "0.97")
    let file = try row(samples[4].event)
    #expect(file["path"] == #"a "b"\\\n"# + #"\u001bé.wav"# && file["duration"] == "3.704" && file["speech"] == "2.32")
    let alert = try row(samples[5].event)
    #expect(alert == ["type": "alert", "time": "9.48", "start": "2.4", "label": "angry", "duration": "5"])
    let warning = try row(samples[6].event)
    #expect(warning == ["type": "warning", "code": "dropped", "time": "7.1", "message": "1200 samples were lost."])
  }

  @Test func aChannelHasTheLastColumn() throws {
    let encoder = TSVEncoder(labels: labels, hasChannels: true)
    let names = try fields(encoder.opening)
    let plainNames = try fields(self.encoder.opening)
    #expect(names == plainNames + ["channel"])
    for sample in samples {
      let plain = try fields(self.encoder.encode(sample.event))
      #expect(try fields(encoder.encode(.channel(2, sample.event))) == plain + ["2"])
      #expect(try fields(encoder.encode(sample.event)) == plain + [""])
    }
  }

  @Test func noFieldBreaksTheTable() throws {
    let message = try row(.warning(code: "x", time: 0, message: "a\tb\r\nc\\t"))["message"]
    #expect(message == #"a\tb\r\nc\\t"#)
  }

  @Test func whatIsNoNumberIsEmpty() throws {
    let row = try row(.warning(code: "x", time: .nan, message: "m"))
    #expect(row["time"] == nil)
  }
}
