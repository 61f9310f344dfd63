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

  /// Reads a recording; averages the channels of a stereo one.
  init(path: String) throws(CaptureError) {
    var source = try FileSource(path: path)
    samples = try source.readAll()
    rate = source.sampleRate
  }

  /// A hash of the samples and the rate.
  var fingerprint: UInt64 {
    var fingerprint = Fingerprint()
    fingerprint.mix(UInt32(truncatingIfNeeded: rate))
    fingerprint.mix(samples)
    return fingerprint.value
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
