import Capture
import Foundation
import Support
import Testing

@Suite("Standard input")
struct StandardInputSourceTests {
  private func encode(_ values: [Int32], _ encoding: SampleEncoding) -> [UInt8] {
    values.flatMap { value -> [UInt8] in
      let bytes = withUnsafeBytes(of: value.littleEndian, Array.init)
      switch encoding {
      case .s16le: return Array(bytes[2...])
      case .s24le: return Array(bytes[1...])
      case .s32le: return bytes
      case .f32le: return withUnsafeBytes(of: (Float(value) * 0x1p-31).bitPattern.littleEndian, Array.init)
      }
    }
  }

  @Test("Ragged pieces give the same bits as the values they encode", arguments: SampleEncoding.allCases, [1, 2, 3])
  func ragged(encoding: SampleEncoding, channels: Int) throws {
    // 16 bits of value, so that every encoding holds it exactly; extremes first.
    var values: [Int32] = [.min, 0x7FFF_0000, 0, -0x1_0000, 0x1_0000, 0x1234_0000]
    var state: UInt32 = 1
    while values.count < 6000 {
      state = state &* 1_664_525 &+ 1_013_904_223
      values.append(Int32(bitPattern: state & 0xFFFF_0000))
    }
    let expected = stride(from: 0, to: values.count, by: channels).map { start in
      values[start..<(start + channels)].reduce(Float(0)) { $0 + Float($1) * 0x1p-31 } / Float(channels)
    }
    let bytes = encode(values, encoding)
    for pieces in [[1], [1, 2, 3, 5, 7, 11, 13], [977], [bytes.count]] {
      let input = pipe(bytes, pieces: pieces)
      var source = try StandardInputSource(
        fileDescriptor: input.fileDescriptor, sampleRate: 16_000, encoding: encoding, channels: channels)
      let samples = try readAll(&source, chunks: [1, 480, 7, 4099])
      #expect(samples.map(\.bitPattern) == expected.map(\.bitPattern), "pieces of \(pieces)")
    }
  }

  @Test("Nothing on the pipe is the end at once")
  func empty() throws {
    let input = pipe([])
    var source = try StandardInputSource(fileDescriptor: input.fileDescriptor, sampleRate: 16_000, encoding: .s16le)
    #expect(try readAll(&source) == [])
  }

  @Test("Part of a sample at the end is reported after all whole ones were delivered")
  func oddByte() throws {
    let input = pipe([0, 64, 0, 192, 17])
    var source = try StandardInputSource(fileDescriptor: input.fileDescriptor, sampleRate: 16_000, encoding: .s16le)
    var buffer = [Float](repeating: 0, count: 8)
    var samples: [Float] = []
    let error = #expect(throws: CaptureError.self) {
      while true {
        var span = buffer.mutableSpan
        let count = try source.read(into: &span)
        if count == 0 { break }
        samples += buffer.prefix(count)
      }
    }
    #expect(samples == [0.5, -0.5])
    #expect(error?.kind == .badData)
    #expect(error?.message.contains("1 of the 2 bytes") == true)
    var span = buffer.mutableSpan
    #expect(try source.read(into: &span) == 0)
  }

  @Test("Floats beyond full scale are limited, those that are no numbers refused", arguments: [Float.nan, .infinity])
  func floats(bad: Float) throws {
    func bytes(_ values: [Float]) -> [UInt8] { values.withUnsafeBytes(Array.init) }
    var input = pipe(bytes([1.5, -2, 0.25]))
    var source = try StandardInputSource(fileDescriptor: input.fileDescriptor, sampleRate: 16_000, encoding: .f32le)
    #expect(try readAll(&source) == [1, -1, 0.25])
    input = pipe(bytes([0, 0, bad]))
    source = try StandardInputSource(fileDescriptor: input.fileDescriptor, sampleRate: 16_000, encoding: .f32le)
    var buffer = [Float](repeating: 0, count: 1)
    let error = #expect(throws: CaptureError.self) {
      for _ in 0..<3 {
        var span = buffer.mutableSpan
        _ = try source.read(into: &span)
      }
    }
    #expect(error?.message.contains("sample 2 ") == true)
  }

  @Test("A stop ends a read that waits")
  func stop() throws {
    let pipe = Pipe()
    let stop = StopFlag()
    Thread {
      usleep(50_000)
      stop.requestStop()
    }.start()
    let start = ContinuousClock.now
    // It waits for the first bytes already, which may be a header.
    var source = try StandardInputSource(
      fileDescriptor: pipe.fileHandleForReading.fileDescriptor, sampleRate: 16_000, encoding: .s16le, stop: stop)
    #expect(try readAll(&source) == [])
    #expect(ContinuousClock.now - start < .seconds(2))
    withExtendedLifetime(pipe) {}
  }

  @Test("Impossible parameters are usage errors", arguments: [(0, 1), (3999, 1), (384_001, 1), (-5, 1), (16_000, 0)])
  func usage(rate: Int, channels: Int) {
    let error = #expect(throws: CaptureError.self) {
      _ = try StandardInputSource(sampleRate: rate, encoding: .s16le, channels: channels).sampleRate
    }
    #expect(error?.kind == .usage)
  }

  @Test("A descriptor that cannot be read is an input error")
  func closed() throws {
    var source = try StandardInputSource(fileDescriptor: 987, sampleRate: 16_000, encoding: .s16le)
    var buffer: [Float] = [0]
    let error = #expect(throws: CaptureError.self) {
      var span = buffer.mutableSpan
      _ = try source.read(into: &span)
    }
    #expect(error?.kind == .inputOutput)
  }
}
