import CSndfile
import Glibc

/// Lossy speech codecs, as written by libsndfile.
package enum SpeechCodec: String, CaseIterable, Sendable {
  /// MPEG-1 layer III at 64 kbit/s, constant bit rate: typical of voice recorders and podcasts.
  case mp3
  /// Opus at about 24 kbit/s: typical of internet calls.
  case opus

  /// Sample rate of the coded signal: both codecs support it.
  package static let sampleRate = 48_000

  /// Bits per second.
  package var bitRate: Int {
    switch self {
    case .mp3: 64_000
    case .opus: 24_000
    }
  }

  /// Whether the installed library can write it: version 1.1 or later, built with the codecs.
  package var isAvailable: Bool {
    var info = info
    return sf_format_check(&info) == Int32(SF_TRUE)
  }

  /// Writes mono samples at `sampleRate` to a file.
  ///
  /// - Parameter samples: in [-1, 1]; at least one.
  /// - Throws: `inputOutput` where the file cannot be written, or the library does not support the codec.
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

  /// libsndfile's measure of the bit rate: linear from 0 for the highest to 1 for the lowest rate of the codec.
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
