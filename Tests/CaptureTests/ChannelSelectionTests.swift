import CSndfile
import Foundation
import Testing

@testable import Capture

@Suite("Choosing channels")
struct ChannelSelectionTests {
  /// Whole 16-bit steps, another tone in each channel.
  private static let channels = (0..<3).map { tone(300 + 200 * Double($0), rate: 16_000, count: 10_007) }
  private static let interleaved = (0..<10_007).flatMap { frame in channels.map { $0[frame] } }

  @Test("A file delivers one channel, all, or the mean", arguments: [SF_FORMAT_PCM_16, SF_FORMAT_FLOAT])
  func file(encoding: Int) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "three.wav")
      writeRecording(url, Self.interleaved, rate: 16_000, channels: 3, format: SF_FORMAT_WAV | encoding)
      for number in 1...3 {
        var one = try FileSource(path: url.path, channel: .only(number))
        #expect(one.deliveredChannels == 1 && one.channels == 3)
        #expect(try readAll(&one, chunks: [1, 997]) == Self.channels[number - 1])
      }
      var all = try FileSource(path: url.path, channel: .all)
      #expect(all.deliveredChannels == 3)
      #expect(try readAll(&all, chunks: [3, 4, 5, 9001]) == Self.interleaved)
      // The mix that is watched is the mix that is not, bit for bit.
      var plain = try FileSource(path: url.path)
      var watched = try NormalizedFileSource(path: url.path, normalization: nil)
      #expect(try readAll(&plain).map(\.bitPattern) == readAll(&watched, chunks: [160]).map(\.bitPattern))
    }
  }

  @Test("A channel that a file lacks is refused with both numbers")
  func lacking() throws {
    try withTemporaryFolder { folder in
      for (channels, words) in [
        (1, "has 1 channel: there is no channel 4"), (3, "has 3 channels: there is no channel 4"),
      ] {
        let url = folder.appending(path: "\(channels).wav")
        writeRecording(
          url, Self.interleaved, rate: 16_000, channels: channels, format: SF_FORMAT_WAV | SF_FORMAT_PCM_16)
        let error = #expect(throws: CaptureError.self) {
          _ = try FileSource(path: url.path, channel: .only(4)).sampleRate
        }
        #expect(error?.kind == .badData && error?.message.contains(words) == true, "\(String(describing: error))")
      }
      let error = #expect(throws: CaptureError.self) {
        _ = try StandardInputSource(sampleRate: 16_000, encoding: .s16le, channels: 2, channel: .only(3)).sampleRate
      }
      #expect(error?.kind == .usage && error?.message.contains("has 2 channels: there is no channel 3") == true)
    }
  }

  @Test("A sample that is no number is found in any channel, where it is", arguments: [Float.nan, .infinity])
  func damaged(bad: Float) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "bad.wav")
      var samples = [Float](repeating: 0.1, count: 2000)
      samples[1001] = bad  // Of frame 500.
      writeRecording(url, samples, rate: 16_000, channels: 2, format: SF_FORMAT_WAV | SF_FORMAT_FLOAT)
      for channel in [ChannelSelection.mix, .all, .only(2)] {
        var source = try FileSource(path: url.path, channel: channel)
        let error = #expect(throws: CaptureError.self) { _ = try readAll(&source) }
        #expect(error?.message.contains("sample 500,") == true)
      }
      var other = try FileSource(path: url.path, channel: .only(1))
      #expect(try readAll(&other).count == 1000)
    }
  }

  @Test("A pipe delivers one channel or all, in ragged pieces", arguments: SampleEncoding.allCases)
  func pipe(encoding: SampleEncoding) throws {
    let width = encoding.format.width
    let values = Self.interleaved.prefix(6000)
    let bytes = values.flatMap { value -> [UInt8] in
      if encoding == .f32le { return withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init) }
      let word = Int32(value * 0x1p15) << 16
      return Array(withUnsafeBytes(of: word.littleEndian, Array.init).suffix(width))
    }
    for channel in [ChannelSelection.all, .only(2)] {
      let pipe = Pipe()
      let writer = Thread {
        var rest = bytes[...]
        for size in [1, 2, 3, 5, 7, 997, bytes.count] {
          try? pipe.fileHandleForWriting.write(contentsOf: Data(rest.prefix(size)))
          rest = rest.dropFirst(size)
        }
        try? pipe.fileHandleForWriting.close()
      }
      writer.start()
      var source = try StandardInputSource(
        fileDescriptor: pipe.fileHandleForReading.fileDescriptor, sampleRate: 16_000, encoding: encoding, channels: 3,
        channel: channel)
      let expected = channel == .all ? Array(values) : stride(from: 1, to: 6000, by: 3).map { values[$0] }
      #expect(try readAll(&source, chunks: [3, 4, 481]) == expected)
    }
  }

  @Test("Each channel is brought to its own level")
  func normalized() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "two.wav")
      let loud = tone(300, rate: 16_000, count: 16_000, amplitude: 0.5)
      let samples = loud.flatMap { [$0, $0 / 4] }
      writeRecording(url, samples, rate: 16_000, channels: 2, format: SF_FORMAT_WAV | SF_FORMAT_FLOAT)
      var source = try NormalizedFileSource(path: url.path, normalization: .peak, channel: .all)
      let all = try readAll(&source)
      for frame in stride(from: 0, to: all.count, by: 2) { #expect(abs(all[frame] - all[frame + 1]) < 1e-6) }
      #expect(abs((all.map(abs).max() ?? 0) - 0.8913) < 0.001)
    }
  }

  @Test("All channels are recorded, bit for bit", arguments: ["flac", "wav"])
  func recorded(ending: String) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "three.wav")
      writeRecording(
        url, Self.interleaved, rate: 16_000, channels: 3, format: SF_FORMAT_WAV | SF_FORMAT_PCM_16)
      let copy = folder.appending(path: "copy.\(ending)").path
      do {
        var source = try RecordingTee(FileSource(path: url.path, channel: .all), path: copy)
        #expect(source.deliveredChannels == 3)
        #expect(try readAll(&source, chunks: [480]) == Self.interleaved)
      }
      var source = try FileSource(path: copy, channel: .all)
      #expect(source.channels == 3 && source.sampleRate == 16_000)
      #expect(try readAll(&source) == Self.interleaved)
    }
  }

  @Test("Through the ring frames stay whole, and gaps are counted in frames")
  func ring() {
    // Room for 50 frames.
    var rig = Rig(ring: 150, channels: 3)
    rig.step(3)
    var samples = rig.drain(chunk: 64)
    #expect(samples.count == 90)
    rig.script.waits = [(Int32(POLLIN), 0.01), (Int32(POLLERR), 0.05)]
    rig.script.states = [.running, .xrun]
    rig.step(3)  // A period, an overflow of 40 ms, a period.
    samples += rig.drain(chunk: 7)
    #expect(rig.lost > 0 && samples.count == 3 * (50 + rig.lost))
    // Nobody reads.
    rig.step(8)
    samples += rig.drain(chunk: 64)
    #expect(rig.dropped > 0)
    rig.step(4)
    samples += rig.drain(chunk: 64)
    #expect(samples.count % 3 == 0)
    #expect(rig.reader.takeWarnings().map(\.code) == [.xrun, .dropped])
    for frame in stride(from: 0, to: samples.count, by: 3) {
      let isGap = samples[frame] == 0
      for channel in 1..<3 {
        #expect(
          isGap
            ? samples[frame + channel] == 0
            : abs(samples[frame + channel] - samples[frame] - Float(channel) / 100) < 1e-4)
      }
    }
    #expect(samples.count / 3 == rig.reader.position)
  }
}
