import Capture
import Foundation
import Streaming
import Testing

@Suite("A recording by file and by standard input", .timeLimit(.minutes(2)))
struct StandardInputTests {
  @Test(
    "The same events, bit for bit, however ragged the pieces are", arguments: SampleEncoding.allCases, [16_000, 48_000])
  func sameEvents(encoding: SampleEncoding, rate: Int) throws {
    try withTemporaryFolder { folder in
      let recording = try Recording(path: Program.angry).resampled(to: rate)
      let url = folder.appending(path: "angry.wav")
      recording.writeWAV(url)
      let file = try Program.run("file", url.path, "--format", "jsonl", "--every", "0.04")
      let expected = file.output.split(separator: "\n").filter { !$0.hasPrefix(#"{"type":"file""#) }
      #expect(expected.count > 70)

      let process = try Program.start(
        "live", "--device", "-", "--rate", "\(rate)", "--encoding", encoding.rawValue, "--format", "jsonl", "--every",
        "0.04", input: .pipe)
      var rest = recording.bytes(encoding)[...]
      for size in Array(repeating: 1, count: 700) + [2, 3, 5, 7, 997, 1009, 4099, 65_537, .max] {
        #expect(process.write(rest.prefix(size)))
        rest = rest.dropFirst(size)
      }
      process.closeInput()
      #expect(process.end(within: .seconds(30)) == .exited(0))
      #expect(process.errors.text == "")
      #expect(process.lines.all == expected.map(String.init))
    }
  }

  /// Keeps every row and what the gate made of it.
  private struct Rows: UtteranceReceiver, Equatable {
    var features: [UInt32] = []
    var levels: [UInt32] = []
    var boundaries: [Int] = []

    mutating func utteranceBegan(row: Int) { boundaries.append(row) }
    mutating func utteranceRestarted(row: Int) { boundaries.append(row) }
    mutating func utteranceEnded(row: Int) { boundaries.append(row) }
    mutating func utterance(row: Int, _ features: Span<Float>) {
      for index in features.indices { self.features.append(features[index].bitPattern) }
    }
    mutating func received(row: Int, voiceActivity: VoiceActivityFeatures, isSpeech: Bool) {
      levels.append(voiceActivity.level.bitPattern)
    }

    /// - Parameter chunks: sizes of the reads, over and over.
    init(_ source: inout some AudioSource & ~Copyable, chunks: [Int]) throws {
      var stream = try UtteranceStream(
        frontEnd: FrontEndConfiguration(), gate: SpeechGateConfiguration(), inputRate: source.sampleRate)
      var index = 0
      while true {
        var buffer = [Float](repeating: 0, count: chunks[index % chunks.count])
        index += 1
        var span = buffer.mutableSpan
        let count = try source.read(into: &span)
        if count == 0 { break }
        stream.push(buffer.span.extracting(first: count), to: &self)
      }
      stream.finish(to: &self)
    }
  }

  @Test("The same feature rows, bit for bit", arguments: [16_000, 44_100, 48_000])
  func sameRows(rate: Int) throws {
    try withTemporaryFolder { folder in
      let recording = try Recording(path: Program.angry).resampled(to: rate)
      let url = folder.appending(path: "angry.wav")
      recording.writeWAV(url)
      var file = try FileSource(path: url.path)
      let expected = try Rows(&file, chunks: [4096])
      #expect(expected.boundaries.count >= 2 && expected.levels.count > 80)
      #expect(expected.features.count > 30 * FrontEndConfiguration().columns)

      let pipe = Pipe()
      let bytes = recording.bytes(.s24le)
      let writer = Thread {
        var rest = bytes[...]
        for size in Array(repeating: 1, count: 700) + [2, 3, 5, 7, 997, 1009, 4099, bytes.count] {
          try? pipe.fileHandleForWriting.write(contentsOf: Data(rest.prefix(size)))
          rest = rest.dropFirst(size)
        }
        try? pipe.fileHandleForWriting.close()
      }
      writer.start()
      var raw = try StandardInputSource(
        fileDescriptor: pipe.fileHandleForReading.fileDescriptor, sampleRate: rate, encoding: .s24le)
      #expect(try Rows(&raw, chunks: [1, 639, 640, 641, 997, 20_000]) == expected)
    }
  }
}

extension FrontEndConfiguration {
  fileprivate var columns: Int { FeatureLayout(self).width }
}
