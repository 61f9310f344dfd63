import CSndfile
import Capture
import Foundation
import Streaming
import TestSupport

/// Mono samples and their rate.
struct Recording {
  var samples: [Float]
  var rate: Int

  init(samples: [Float], rate: Int) {
    self.samples = samples
    self.rate = rate
  }

  init(path: String) throws {
    var source = try FileSource(path: path)
    rate = source.sampleRate
    samples = try source.readAll()
  }

  func resampled(to rate: Int) throws -> Recording {
    var resampler = try Resampler(from: self.rate, to: rate)
    var result: [Float] = []
    func take(_ piece: Span<Float>) { for index in piece.indices { result.append(piece[index]) } }
    resampler.push(samples.span, take)
    resampler.finish(take)
    return Recording(samples: result, rate: rate)
  }

  /// The samples as whole 16-bit steps.
  var steps: [Int16] { samples.map { Int16(max(-32_768, min(32_767, ($0 * 0x1p15).rounded()))) } }

  /// The 16-bit steps as raw PCM.
  func bytes(_ encoding: SampleEncoding) -> [UInt8] {
    steps.flatMap { step in
      let word: UInt32 =
        switch encoding {
        case .s16le: UInt32(UInt16(bitPattern: step))
        case .s24le: UInt32(truncatingIfNeeded: Int32(step) << 8)
        case .s32le: UInt32(bitPattern: Int32(step) << 16)
        case .f32le: (Float(step) * 0x1p-15).bitPattern
        }
      let width =
        switch encoding {
        case .s16le: 2
        case .s24le: 3
        case .s32le, .f32le: 4
        }
      return (0..<width).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) }
    }
  }

  /// Writes the 16-bit steps with libsndfile, the same in each channel.
  func write(_ url: URL, format: Int, channels: Int = 1) {
    var info = SF_INFO()
    info.samplerate = Int32(rate)
    info.channels = Int32(channels)
    info.format = Int32(format)
    let file = sf_open(url.path, Int32(SFM_WRITE), &info)!
    defer { sf_close(file) }
    if format & Int(SF_FORMAT_SUBMASK) == SF_FORMAT_FLOAT {
      let interleaved = steps.flatMap { Array(repeating: Float($0) / 0x1p15, count: channels) }
      sf_writef_float(file, interleaved, sf_count_t(interleaved.count / channels))
      return
    }
    // Integers, because from floats libsndfile would scale by 32767. In pieces: its encoder of Vorbis overflows the stack
    // otherwise.
    let interleaved = steps.flatMap { Array(repeating: Int32($0) << 16, count: channels) }
    var start = 0
    while start < interleaved.count {
      let piece = Array(interleaved[start..<min(start + 4096 * channels, interleaved.count)])
      sf_writef_int(file, piece, sf_count_t(piece.count / channels))
      start += piece.count
    }
  }
}

extension VirtualMicrophone {
  /// Lends the virtual microphone, and an angry sentence to play to it, in a folder that is removed afterwards.
  static func withRecording(_ body: (VirtualMicrophone, URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let wav = folder.appending(path: "recording.wav")
      try Recording(path: Program.angry).writeWAV(wav)
      try exclusively { microphone in try body(microphone, wav) }
    }
  }
}

/// A folder of its own for a test's files.
func withTemporaryFolder<R>(_ body: (URL) throws -> R) throws -> R {
  let folder = FileManager.default.temporaryDirectory.appending(path: "process-tests-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// A file with an experiment, for as long as a test needs it.
func withConfiguration<R>(_ yaml: String, _ body: (_ path: String) throws -> R) throws -> R {
  try withTemporaryFolder { folder in
    let path = folder.appending(path: "experiment.yaml").path
    try yaml.write(toFile: path, atomically: true, encoding: .utf8)
    return try body(path)
  }
}

extension Recording {
  /// Writes the 16-bit steps as the plainest of all recordings.
  func writeWAV(_ url: URL) { write(url, format: SF_FORMAT_WAV | SF_FORMAT_PCM_16) }
}

extension Recording {
  /// Writes several recordings of one rate as the channels of one file of floats; shorter ones are filled up with silence.
  static func writeChannels(_ channels: [[Float]], rate: Int, _ url: URL) {
    let frames = channels.map(\.count).max() ?? 0
    let interleaved = (0..<frames).flatMap { frame in channels.map { frame < $0.count ? $0[frame] : 0 } }
    var info = SF_INFO()
    info.samplerate = Int32(rate)
    info.channels = Int32(channels.count)
    info.format = Int32(SF_FORMAT_WAV | SF_FORMAT_FLOAT)
    let file = sf_open(url.path, Int32(SFM_WRITE), &info)!
    sf_writef_float(file, interleaved, sf_count_t(frames))
    sf_close(file)
  }
}
