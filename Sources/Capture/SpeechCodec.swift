import CSndfile
import Glibc

/// Lossy codes in which speech is kept and sent, as libsndfile writes them.
package enum SpeechCodec: String, CaseIterable, Sendable {
  /// MPEG-1 layer III at 64 kbit/s, constant: what voice recorders and podcasts use.
  case mp3
  /// Opus at about 24 kbit/s: a call over the network.
  case opus

  /// Samples per second of what is coded: both codes know this rate.
  package static let sampleRate = 48_000

  /// Bits per second.
  package var bitRate: Int {
    switch self {
    case .mp3: 64_000
    case .opus: 24_000
    }
  }

  /// Whether the library at hand writes it: from 1.1 on, and built with the codecs.
  package var isAvailable: Bool {
    var info = info
    return sf_format_check(&info) == Int32(SF_TRUE)
  }

  /// Writes mono samples at `sampleRate` to a file.
  ///
  /// - Parameter samples: in [-1, 1]; at least one.
  /// - Throws: `inputOutput` where the file cannot be written, or the library cannot write the code.
  package func write(_ samples: [Float], to path: String) throws(CaptureError) {
    var info = info
    guard let file = sf_open(path, Int32(SFM_WRITE), &info) else {
      throw CaptureError(.inputOutput, "cannot write \(path): \(libraryMessage(nil))")
    }
    defer { sf_close(file) }
    if self == .mp3 {
      var mode = Int32(SF_BITRATE_MODE_CONSTANT)
      sf_command(file, Int32(SFC_SET_BITRATE_MODE), &mode, Int32(MemoryLayout.size(ofValue: mode)))
    }
    var level = compressionLevel
    sf_command(file, Int32(SFC_SET_COMPRESSION_LEVEL), &level, Int32(MemoryLayout.size(ofValue: level)))
    // SAFETY: the array has that many samples.
    guard sf_writef_float(file, samples, sf_count_t(samples.count)) == samples.count else {
      throw CaptureError(.inputOutput, "cannot write \(path): \(libraryMessage(file))")
    }
  }

  /// libsndfile's measure of the bit rate: from 0 for the most to 1 for the least that the code knows, evenly.
  private var compressionLevel: Double {
    let (least, most) =
      switch self {
      case .mp3: (32_000.0, 320_000.0)
      case .opus: (6_000.0, 256_000.0)
      }
    return (most - Double(bitRate)) / (most - least)
  }

  private var info: SF_INFO {
    var info = SF_INFO()
    info.samplerate = Int32(Self.sampleRate)
    info.channels = 1
    info.format =
      switch self {
      case .mp3: Int32(SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III)
      case .opus: Int32(SF_FORMAT_OGG | SF_FORMAT_OPUS)
      }
    return info
  }
}
