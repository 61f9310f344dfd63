import Capture
import Streaming

/// A recording in memory.
struct Sound: Sendable {
  /// Mono, in [-1, 1].
  var samples: [Float]
  /// Samples per second.
  var rate: Int

  init(samples: [Float], rate: Int) {
    self.samples = samples
    self.rate = rate
  }

  /// Reads a recording; the channels of a stereo one are averaged.
  init(path: String) throws(CaptureError) {
    var source = try FileSource(path: path)
    samples = try source.readAll()
    rate = source.sampleRate
  }

  /// The same for the same samples and rate, and for others hardly ever (FNV-1a, 64 bits, over whole samples).
  var fingerprint: UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func mix(_ value: UInt32) {
      hash = (hash ^ UInt64(value)) &* 0x0000_0100_0000_01B3
      // The multiplication moves bits upwards only.
      hash ^= hash >> 32
    }
    mix(UInt32(truncatingIfNeeded: rate))
    for sample in samples { mix(sample.bitPattern) }
    return hash
  }
}

extension Sound {
  /// The same sound at another rate.
  func resampled(to rate: Int) throws -> Sound {
    var resampler = try Resampler(from: self.rate, to: rate)
    var result: [Float] = []
    resampler.push(samples.span) { piece in result.append(contentsOf: piece) }
    resampler.finish { piece in result.append(contentsOf: piece) }
    return Sound(samples: result, rate: rate)
  }
}

extension [Float] {
  fileprivate mutating func append(contentsOf span: Span<Float>) {
    for i in span.indices { append(span[i]) }
  }
}
