import Foundation
import Streaming
import Testing

@testable import ser_live

@Suite struct SinkGroupTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "sinks-\(UUID().uuidString)")

  private func withFolder(_ body: () throws -> Void) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body()
  }

  private func path(_ name: String) -> String { folder.appending(path: name).path }
  private func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

  private func fileSink(_ format: OutputFormat, _ name: String) throws -> any EventSink {
    try EncodedSink(format.encoder(labels: labels, epoch: nil), labels: labels, to: .file(OutputFile(path(name))))
  }

  @Test func onlyWantedEventsGoToEach() throws {
    try withFolder {
      let pipe = TestPipe()
      var group = SinkGroup(
        [try OutputFormat.jsonl.sink(labels: labels, live: true, output: pipe.output), try fileSink(.text, "x")],
        kinds: [.utterance, .warning])
      for sample in samples { try group.receive(sample.event) }
      try group.close()
      #expect(pipe.text() == samples[3].json + "\n" + samples[6].json + "\n")
      #expect(try text("x") == samples[3].text + "\n" + samples[6].text + "\n")
    }
  }

  @Test(arguments: OutputFormat.allCases) func aFileThatWasMovedIsBegunAnew(format: OutputFormat) throws {
    try withFolder {
      var group = SinkGroup([try fileSink(format, "log")], kinds: Set(EventKind.allCases))
      try group.receive(samples[0].event)
      try FileManager.default.moveItem(atPath: path("log"), toPath: path("log.1"))
      try group.receive(samples[0].event)
      let before = try text("log.1")
      try group.reopen()
      try group.receive(samples[0].event)
      try group.close()
      let encoder = format.encoder(labels: labels, epoch: nil)
      let opening = String(decoding: encoder.opening, as: UTF8.self)
      let closing = String(decoding: encoder.closing, as: UTF8.self)
      let event = String(decoding: try #require(encoder.encode(samples[0].event)), as: UTF8.self)
      #expect(before == opening + event + event)
      #expect(try text("log.1") == before + closing)
      #expect(try text("log") == opening + event + closing)
    }
  }

  @Test(arguments: OutputFormat.allCases) func anotherRunGoesOn(format: OutputFormat) throws {
    try withFolder {
      for _ in 0..<2 {
        var sink = try fileSink(format, "log")
        try sink.receive(samples[0].event)
        try sink.close()
      }
      let encoder = format.encoder(labels: labels, epoch: nil)
      let event = String(decoding: try #require(encoder.encode(samples[0].event)), as: UTF8.self)
      let events = encoder.isContinuable ? event + event : event
      let (opening, closing) = (encoder.opening, encoder.closing)
      #expect(
        try text("log")
          == String(decoding: opening, as: UTF8.self) + events + String(decoding: closing, as: UTF8.self))
    }
  }

  @Test func whatCannotBeOpenedOrWrittenIsNamed() throws {
    #expect(throws: SinkError.file("/no/such/folder/x", ENOENT)) { try OutputFile("/no/such/folder/x") }
    let full = try OutputFile("/dev/full")
    let error = #expect(throws: SinkError.self) { try full.write([1]) }
    #expect(error == .file("/dev/full", ENOSPC) && error?.errorClass.rawValue == 74)
    #expect(error?.description.contains("/dev/full") == true)
  }

  @Test func warningsThatAFormCannotSayAreMessages() throws {
    let (pipe, messages) = (TestPipe(), TestPipe())
    let sink = try OutputFormat.emotionml.sink(
      labels: labels, live: true, output: pipe.output, messages: messages.output)
    _ = pipe.text()
    var group = SinkGroup([sink], kinds: Set(EventKind.allCases))
    try group.receive(samples[6].event)
    #expect(pipe.text() == "" && messages.text() == samples[6].text + "\n")
  }
}
