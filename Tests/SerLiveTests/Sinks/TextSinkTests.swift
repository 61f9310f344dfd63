import Glibc
import Streaming
import Testing

@testable import ser_live

@Suite struct TextSinkTests {
  private let pipe = TestPipe()
  private let messages = TestPipe()
  private var sink: TextSink { TextSink(labels: labels, output: pipe.output, messages: messages.output) }

  @Test(arguments: samples.indices) func eachEventIsOneLine(index: Int) throws {
    try sink.receive(samples[index].event)
    let warning = if case .warning = samples[index].event { true } else { false }
    #expect(pipe.text() == (warning ? "" : samples[index].text + "\n"))
    #expect(messages.text() == (warning ? samples[index].text + "\n" : ""))
  }

  @Test func recordingWithoutSpeech() throws {
    let nothing = [Float](repeating: 0, count: 8)
    try sink.receive(
      .file(
        FilePrediction(path: "fan.wav", duration: 5, speech: 0, label: .silence, confidence: 1, probabilities: nothing))
    )
    #expect(pipe.text() == "fan.wav: silence (0.00 s of speech in 5.00 s)\n")
  }

  @Test func aChannelStandsInFront() throws {
    let sink = TextSink(labels: labels, output: pipe.output, messages: messages.output)
    for sample in samples { try sink.receive(.channel(2, sample.event)) }
    let warnings = samples.filter { $0.event.kind == .warning }
    let others = samples.filter { $0.event.kind != .warning }
    #expect(pipe.text() == others.map { "channel 2  \($0.text)\n" }.joined())
    #expect(messages.text() == warnings.map { "channel 2  \($0.text)\n" }.joined())
  }

  @Test func nothingIsRedrawnOnAPipe() throws {
    for format in OutputFormat.allCases {
      var sink = try format.sink(labels: labels, live: true, output: pipe.output, messages: messages.output)
      #expect(sink.refreshInterval == nil)
      for sample in samples { try sink.receive(sample.event) }
      try sink.refresh(
        [Snapshot(time: 1, label: .silence, confidence: 1, probabilities: angry, level: -60, speech: false)])
      try sink.close()
      let text = pipe.text()
      #expect(text.split(separator: "\n").count >= samples.count - 1)
      #expect(!text.contains("\u{1B}") && !text.contains("\r"))
    }
  }

  @Test func formatsGiveTheirSinks() throws {
    #expect(try OutputFormat.jsonl.sink(labels: labels, live: true, output: pipe.output) is EncodedSink)
    #expect(try OutputFormat.text.sink(labels: labels, live: true, output: pipe.output) is TextSink)
  }

  @Test func closedMessagesDoNotEndTheEvents() throws {
    let deaf = Output(descriptor: -1)
    let sink = TextSink(labels: labels, output: pipe.output, messages: deaf)
    try sink.receive(.warning(code: "xrun", time: 0, message: "late"))
    try sink.receive(samples[0].event)
    #expect(pipe.text() == samples[0].text + "\n")
  }
}
