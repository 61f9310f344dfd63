import Streaming
import Testing

@testable import ser_live

@Suite struct EmotionMLEncoderTests {
  private func text(_ encoder: EmotionMLEncoder, _ event: StreamEvent) -> String? {
    encoder.encode(event).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func aLabelOfARecording() {
    var encoder = EmotionMLEncoder(labels: labels, epoch: nil)
    encoder.begin("a b/ä&\"<.wav")
    #expect(
      text(encoder, samples[0].event)
        == #"<emotion time-ref-uri="./a%20b/%C3%A4%26%22%3C.wav" offset-to-start="1240" expressed-through="voice">"#
        + #"<category name="angry" confidence="0.8123"/></emotion>"# + "\n")
    encoder.begin("/x.wav")
    #expect(text(encoder, samples[0].event)?.contains(#"time-ref-uri="file:///x.wav""#) == true)
  }

  @Test func liveTimesAreThoseOfTheDay() throws {
    let encoder = EmotionMLEncoder(labels: labels, epoch: 1_700_000_000.25)
    #expect(text(encoder, samples[0].event)?.hasPrefix(#"<emotion start="1700000001490" expressed"#) == true)
    let utterance = try #require(text(encoder, samples[3].event))
    #expect(utterance.hasPrefix(#"<emotion start="1700000000770" end="1700000003090" expressed"#))
    #expect(utterance.contains(#"<category name="surprised" confidence="0.0137"/></emotion>"#))
  }

  @Test func anAlertIsTheStretchItIsAbout() {
    let encoder = EmotionMLEncoder(labels: labels, epoch: nil)
    #expect(
      text(encoder, samples[5].event)
        == ##"<emotion time-ref-uri="#stream" offset-to-start="2400" duration="7080" expressed-through="voice">"##
        + #"<category name="angry"/></emotion>"# + "\n")
  }

  @Test func whatClaimsNothingIsLeftOut() {
    let encoder = EmotionMLEncoder(labels: labels, epoch: nil)
    let nothing = [Float](repeating: 0, count: 8)
    #expect(encoder.encode(samples[1].event) == nil, "silence")
    #expect(encoder.encode(samples[6].event) == nil, "a warning")
    for label in [Label.silence, .uncertain] {
      let change = LabelChange(time: 1, label: label, previous: .emotion(1), confidence: 1, probabilities: nothing)
      #expect(encoder.encode(.label(change, latency: nil)) == nil)
    }
    #expect(
      encoder.encode(
        .frame(
          Snapshot(time: 1, label: .silence, confidence: 1, probabilities: nothing, level: -60, speech: false))) == nil)
    #expect(
      encoder.encode(
        .file(
          FilePrediction(path: "x", duration: 1, speech: 0, label: .silence, confidence: 1, probabilities: nothing)))
        == nil)
  }

  @Test func confidenceNeverExceedsOne() {
    let encoder = EmotionMLEncoder(labels: labels, epoch: nil)
    let change = LabelChange(
      time: 0, label: .emotion(0), previous: .silence, confidence: 1.0001, probabilities: angry)
    #expect(text(encoder, .label(change, latency: nil))?.contains(#"confidence="1"/>"#) == true)
  }

  @Test func aChannelIsInformation() {
    let encoder = EmotionMLEncoder(labels: labels, epoch: nil)
    for sample in samples {
      let plain = text(encoder, sample.event)
      let expected = plain.map { $0.replacing("</emotion>", with: "<info>channel 2</info></emotion>") }
      #expect(text(encoder, .channel(2, sample.event)) == expected)
    }
  }

  @Test func labelsBecomeNamesOfXML() {
    let encoder = EmotionMLEncoder(
      labels: LabelSet(emotions: ["very calm", "very_calm", "été", "a<&\""], genders: []), epoch: nil)
    let opening = String(decoding: encoder.opening, as: UTF8.self)
    for name in ["very_calm", "very_calm_2", "été", "a___"] { #expect(opening.contains("<item name=\"\(name)\"/>\n")) }
  }
}
