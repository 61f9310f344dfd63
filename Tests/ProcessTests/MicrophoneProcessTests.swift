import Foundation
import TestSupport
import Testing

/// The main job as a user sees it: somebody speaks into a microphone, the program says what it hears.
@Suite(
  "ser-live live at a microphone", .timeLimit(.minutes(3)), .serialized,
  .enabled(if: VirtualMicrophone.isAvailable, "\(VirtualMicrophone.requirement)"))
struct MicrophoneProcessTests {
  /// libasound2-plugins' own name for the sound server, with which users reach PulseAudio and PipeWire.
  private static let device = "pulse"

  /// Starts the program and waits until it hears something.
  private func listen(_ microphone: borrowing VirtualMicrophone) throws -> ChildProcess {
    let process = try Program.start(
      "live", "--device", Self.device, "--format", "jsonl", "--every", "0.2", environment: microphone.environment)
    let first = process.lines.next(within: .seconds(10)) { $0.contains(#""type":"frame""#) }
    try #require(first != nil, "nothing was heard: \(process.errors.text)")
    #expect(process.errors.text.contains("listening to \(Self.device)"))
    return process
  }

  @Test("A microphone with an offset is no deafer than its recording without", arguments: [0.03, -0.1] as [Float])
  func offset(offset: Float) throws {
    try withTemporaryFolder { folder in
      var recording = try Recording(path: Program.sad)
      recording.samples = recording.samples.map { 0.5 * $0 + offset }
      let wav = folder.appending(path: "recording.wav")
      recording.writeWAV(wav)
      try VirtualMicrophone.exclusively { microphone in
        let process = try listen(microphone)
        let player = try microphone.play(file: wav)
        player.waitUntilExit()
        let line = try #require(process.lines.next(within: .seconds(3)) { $0.contains(#""type":"utterance""#) })
        let utterance = try Event(line.text)
        #expect(utterance.label == "sad")
        #expect(try #require(utterance["end"] as Double?) - #require(utterance["start"] as Double?) > 1.2)
        process.send(SIGINT)
        #expect(process.end(within: .seconds(1)) == .exited(0))
      }
    }
  }

  @Test(
    "A recording that is played has the label that its file has, before it ends", arguments: [48_000, 44_100])
  func playback(rate: Int) throws {
    try withTemporaryFolder { folder in
      // A microphone's rows begin at other samples than those of the file do: what the file gives from eight of them.
      let recording = try Recording(path: Program.angry)
      let verdicts = try stride(from: 0, to: 40, by: 5).map { milliseconds in
        let shifted = folder.appending(path: "\(milliseconds).wav")
        let left = recording.samples.dropFirst(milliseconds * recording.rate / 1000)
        Recording(samples: Array(left), rate: recording.rate).writeWAV(shifted)
        return try #require(
          Program.run("file", shifted.path, "--format", "jsonl").events().first { $0.type == "utterance" })
      }
      let file = verdicts[0]
      let wav = folder.appending(path: "recording.wav")
      recording.writeWAV(wav)
      try VirtualMicrophone.exclusively(rate: rate) { microphone in
        let process = try listen(microphone)
        let player = try microphone.play(file: wav)
        player.waitUntilExit()
        let played = ContinuousClock.now
        let line = try #require(process.lines.next(within: .seconds(3)) { $0.contains(#""type":"utterance""#) })
        #expect(line.arrival < played + .seconds(1))
        let utterance = try Event(line.text)
        #expect(utterance.label == file.label)
        let lengths = try [utterance, file].map { event in
          try #require(event["end"] as Double?) - #require(event["start"] as Double?)
        }
        // Rows begin at other samples than those of the file do, so the gate may take the breath before the first word and
        // the faint end of the last one for pauses.
        #expect(abs(lengths[0] - lengths[1]) < 0.9)
        for emotion in file.probabilities.keys {
          let heard = utterance.probabilities[emotion] ?? -1
          let expected = verdicts.map { $0.probabilities[emotion] ?? -1 }
          #expect(
            heard > expected.min()! - 0.15 && heard < expected.max()! + 0.15,
            "\(emotion): heard \(heard), in the file \(expected)")
        }

        process.send(SIGINT)
        #expect(process.end(within: .seconds(1)) == .exited(0))
        for event in try process.lines.all.map({ try Event($0) }) {
          if event.type == "label" {
            #expect(event.keys == Event.keys["label"]?.union(["latency_ms"]))
            let latency = try #require(event["latency_ms"] as Double?)
            // From the newest sample of the row to the line: periods and the server's blocks, on a busy machine.
            #expect(latency >= 0 && latency < 500, "\(event.line)")
          } else {
            #expect(event.keys == Event.keys[event.type], "\(event.line)")
          }
        }
      }
    }
  }

  @Test("A signal while somebody speaks ends the utterance and reports it")
  func interrupted() throws {
    try VirtualMicrophone.withRecording { microphone, wav in
      let process = try listen(microphone)
      let player = try microphone.play(file: wav)
      try #require(process.lines.next(within: .seconds(10)) { $0.contains(#""type":"label""#) } != nil)
      process.send(SIGINT)
      #expect(process.end(within: .seconds(1)) == .exited(0))
      #expect(try process.lines.all.suffix(2).map { try Event($0).type } == ["utterance", "label"])
      player.waitUntilExit()
    }
  }

  @Test("A sound server that dies is reported, its return too, and then the program hears again")
  func serverDies() throws {
    try VirtualMicrophone.withRecording { microphone, wav in
      let process = try listen(microphone)
      try microphone.killServer()
      let gone = try #require(process.lines.next(within: .seconds(8)) { $0.contains(#""code":"disconnected""#) })
      #expect(try Event(gone.text).keys == Event.keys["warning"])
      // The clock of the stream goes on without a device.
      #expect(process.lines.next(within: .seconds(3)) { $0.contains(#""type":"frame""#) } != nil)
      try microphone.restartServer()
      #expect(process.lines.next(within: .seconds(10)) { $0.contains(#""code":"reconnected""#) } != nil)
      let player = try microphone.play(file: wav)
      let utterance = try #require(process.lines.next(within: .seconds(8)) { $0.contains(#""type":"utterance""#) })
      #expect(try Event(utterance.text).label == "angry")
      player.waitUntilExit()
      process.send(SIGTERM)
      #expect(process.end(within: .seconds(1)) == .exited(0))
    }
  }

  @Test("Without a sound server there is one sentence and the code of a device that is not there")
  func noServer() throws {
    let process = try Program.start(
      "live", "--device", Self.device, environment: ["PULSE_SERVER": "unix:/no/such/socket"])
    #expect(process.end(within: .seconds(5)) == .exited(69))
    #expect(process.errors.all.count == 1)
    for words in ["the sound server at unix:/no/such/socket", "does not answer", "docs/capture.md"] {
      #expect(process.errors.text.contains(words), "\(process.errors.text)")
    }
    #expect(process.lines.text == "")
  }

  @Test("ser-live devices lists it")
  func devices() throws {
    try VirtualMicrophone.exclusively { microphone in
      let process = try Program.start("devices", environment: microphone.environment)
      #expect(process.end(within: .seconds(5)) == .exited(0))
      #expect(process.lines.all.contains { $0.hasPrefix("\(VirtualMicrophone.device)\tVirtual microphone\tany from ") })
      #expect(process.errors.text == "")
    }
  }
}
