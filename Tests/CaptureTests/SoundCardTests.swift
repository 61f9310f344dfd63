import Capture
import Foundation
import Support
import Synchronization
import TestSupport
import Testing

/// Faults through the real libasound, where every sample that arrives tells when it was captured.
@Suite("Sound card", .serialized)
struct SoundCardTests {
  private static let rate = 16_000

  /// What was heard: the stream with its pieces, and what was said about it.
  private struct Received {
    /// Samples that follow each other without a fault: silence, or numbers that count up.
    struct Piece {
      var position: Int
      var count = 1
      /// Number of the first sample, 0 for silence.
      var first: Int
      /// How far the numbers are ahead of the positions in the stream.
      var offset: Int { first - position }
    }

    var pieces: [Piece] = []
    var count = 0
    var warnings: [CaptureWarning] = []

    mutating func append(_ samples: ArraySlice<Float>) {
      for sample in samples {
        let number = CountingSoundCard.number(sample)
        if let last = pieces.last, number == (last.first == 0 ? 0 : last.first + last.count) {
          pieces[pieces.count - 1].count += 1
        } else {
          pieces.append(Piece(position: count, first: number))
        }
        count += 1
      }
    }

    mutating func listen(to microphone: inout Microphone, seconds: Double) throws {
      var buffer = [Float](repeating: .nan, count: 1000)
      let end = count + Int(seconds * Double(microphone.sampleRate))
      while count < end {
        var span = buffer.mutableSpan
        let new = try microphone.read(into: &span)
        append(buffer.prefix(new))
        warnings += microphone.takeWarnings()
      }
    }
  }

  @Test(
    "Faults of a sound card are reported, and the sample clock keeps the gap",
    arguments: [
      (CountingSoundCard.Fault.xrun, [CaptureWarning.Code.xrun]), (.suspend, [.suspended]),
      (.disconnect, [.disconnected, .reconnected]),
    ])
  func fault(_ fault: CountingSoundCard.Fault, codes: [CaptureWarning.Code]) throws {
    try CountingSoundCard.exclusively(rate: Self.rate, fault: fault, milliseconds: 500..<800) { _ in
      var microphone = try Microphone(device: CountingSoundCard.device)
      var received = Received()
      try received.listen(to: &microphone, seconds: 2)

      #expect(received.warnings.map(\.code) == codes)
      try #require(received.pieces.count == 3, "\(received.pieces)")
      let (before, gap, after) = (received.pieces[0], received.pieces[1], received.pieces[2])
      #expect(before.first > 0 && gap.first == 0 && after.first > 0)
      // Reopening is tried 0.1, 0.3 and 0.7 s after the loss; what lay in the buffer is lost, too.
      let longest = fault == .disconnect ? 0.9 : 0.4
      #expect((0.29...longest).contains(Double(gap.count) / Double(Self.rate)))
      // The gap is as long as the card's own clock says: 10 ms allow for busy cores.
      #expect(abs(after.offset - before.offset) < Self.rate / 100, "\(after.offset - before.offset) samples off")
      #expect(microphone.statistics.lostSamples == gap.count)
      #expect(microphone.statistics.xruns == (fault == .xrun ? 1 : 0))
      #expect(microphone.statistics.disconnections == (fault == .disconnect ? 1 : 0))
      #expect(microphone.statistics.droppedSamples == 0)
      let captured = microphone.captureTime(ofSample: received.count)
      #expect((-0.01..<0.2).contains(MonotonicClock().now() - (try #require(captured))))
    }
  }

  @Test("A consumer that stalls longer than the ring holds loses samples that are counted exactly, and order is kept")
  func stall() throws {
    try CountingSoundCard.exclusively(rate: Self.rate) { _ in
      var microphone = try Microphone(device: CountingSoundCard.device)
      var received = Received()
      try received.listen(to: &microphone, seconds: 0.5)
      usleep(1_000_000 * (UInt32(Microphone.ringSeconds) + 1))
      try received.listen(to: &microphone, seconds: Double(Microphone.ringSeconds) + 2)

      try #require(received.pieces.count == 3, "\(received.pieces)")
      let (before, gap, after) = (received.pieces[0], received.pieces[1], received.pieces[2])
      #expect(before.first > 0 && gap.first == 0 && after.first > 0)
      #expect(after.offset == before.offset)
      #expect(gap.count > Self.rate / 2)
      let statistics = microphone.statistics
      #expect(statistics.droppedSamples == gap.count)
      #expect(statistics.lostSamples == 0 && statistics.xruns == 0)
      #expect(statistics.highWaterMark == statistics.capacity)
      #expect(received.warnings.map(\.code) == [.dropped])
      #expect(received.warnings.first?.sample == gap.position)
      #expect(received.warnings.first?.message.contains(" \(gap.count) samples ") == true)
    }
  }

  @Test(
    "Every native format, with 1 to 8 channels, mixed or one of them, arrives bit for bit",
    arguments: ["S16_LE", "S24_3LE", "S24_LE", "S32_LE", "FLOAT_LE"])
  func formats(format: String) throws {
    let steps: Float = format == "S16_LE" ? 0x1p15 : 0x1p23
    for channels in 1...8 {
      try CountingSoundCard.exclusively(rate: Self.rate, format: format, channels: channels) { _ in
        for channel in Set([nil, 1, channels]) {
          var microphone = try Microphone(device: CountingSoundCard.device, channel: channel.map { .only($0) } ?? .mix)
          var buffer = [Float](repeating: .nan, count: 320)
          var received: [Float] = []
          while received.count < 480 {
            var span = buffer.mutableSpan
            let count = try microphone.read(into: &span)
            received += buffer.prefix(count)
          }
          // The mean of 1000 · c, or that of one channel.
          let offset = channel.map { 1000 * Float($0 - 1) } ?? 500 * Float(channels - 1)
          let first = (received[0] * steps - offset).rounded()
          #expect(first >= 1 && first < 30_000)
          let expected = received.indices.map { (first + Float($0) + offset) / steps }
          #expect(received == expected, "\(channels) channels, channel \(channel ?? 0)")
          #expect(microphone.configuration.contains("channels \(channels),"))
        }
        var microphone = try Microphone(device: CountingSoundCard.device, channel: .all, count: .most)
        #expect(microphone.deliveredChannels == channels)
        var buffer = [Float](repeating: .nan, count: 320 * channels)
        var span = buffer.mutableSpan
        let count = try microphone.read(into: &span)
        let received = buffer.prefix(count)
        #expect(!received.isEmpty && received.count % channels == 0)
        let first = (received[0] * steps).rounded()
        let expected = received.indices.map { (first + Float($0 / channels) + 1000 * Float($0 % channels)) / steps }
        #expect(Array(received) == expected, "all of \(channels) channels")
      }
    }
  }

  /// Seconds; `SER_LOAD_SECONDS` asks for more.
  private static let load = Double(ProcessInfo.processInfo.environment["SER_LOAD_SECONDS"] ?? "") ?? 15

  @Test("Nothing is lost while all cores are busy with other work")
  func busy() throws {
    try CountingSoundCard.exclusively(rate: Self.rate) { _ in
      let isOver = StopFlag()
      defer { isOver.requestStop() }
      for _ in 0...ProcessInfo.processInfo.activeProcessorCount {
        Thread { while !isOver.isStopped {} }.start()
      }
      var microphone = try Microphone(device: CountingSoundCard.device)
      var received = Received()
      try received.listen(to: &microphone, seconds: Self.load)
      #expect(received.pieces.count == 1 && received.warnings == [])
      #expect(microphone.statistics.xruns == 0 && microphone.statistics.droppedSamples == 0)
    }
  }
}
