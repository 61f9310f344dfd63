import CSndfile
import Capture
import Foundation

/// A folder of its own for a test's files.
func withTemporaryFolder<R>(_ body: (URL) throws -> R) throws -> R {
  let folder = FileManager.default.temporaryDirectory.appending(path: "capture-tests-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// Reads a source to its end in chunks of the given sizes, over and over.
func readAll<Source: AudioSource & ~Copyable>(
  _ source: inout Source, chunks: [Int] = [512]
) throws(CaptureError) -> [Float] {
  var samples: [Float] = []
  for size in sequence(
    state: 0,
    next: { (index: inout Int) in
      defer { index += 1 }
      return chunks[index % chunks.count]
    })
  {
    var buffer = [Float](repeating: .nan, count: size)
    var span = buffer.mutableSpan
    let count = try source.read(into: &span)
    if count == 0 { break }
    samples += buffer.prefix(count)
  }
  return samples
}

/// Reads a source to its end, as far as it comes.
///
/// - Returns: the samples up to an error, and the error.
func readAsFarAsPossible<Source: AudioSource & ~Copyable>(
  _ source: inout Source, chunk: Int = 1000
) -> (samples: [Float], error: CaptureError?) {
  var samples: [Float] = []
  var buffer = [Float](repeating: 0, count: chunk)
  do throws(CaptureError) {
    while true {
      var span = buffer.mutableSpan
      let count = try source.read(into: &span)
      if count == 0 { return (samples, nil) }
      samples += buffer.prefix(count)
    }
  } catch {
    return (samples, error)
  }
}

/// A pipe into which a thread writes `bytes` in pieces of the given sizes.
func pipe(_ bytes: [UInt8], pieces: [Int] = [4096]) -> FileHandle {
  let pipe = Pipe()
  let writer = pipe.fileHandleForWriting
  // A stream that is refused is not read to its end, and the default disposition would end the whole test run.
  signal(SIGPIPE, SIG_IGN)
  Thread {
    var (offset, turn) = (0, 0)
    while offset < bytes.count {
      let end = min(bytes.count, offset + pieces[turn % pieces.count])
      try? writer.write(contentsOf: Data(bytes[offset..<end]))
      // Gives the reader a chance to see a ragged end.
      if turn % 64 == 0 { usleep(200) }
      (offset, turn) = (end, turn + 1)
    }
    try? writer.close()
  }.start()
  return pipe.fileHandleForReading
}

/// Writes interleaved samples with libsndfile; for integer formats they should be whole 16-bit steps.
func writeRecording(_ url: URL, _ samples: [Float], rate: Int, channels: Int = 1, format: Int) {
  var info = SF_INFO()
  info.samplerate = Int32(rate)
  info.channels = Int32(channels)
  info.format = Int32(format)
  let file = sf_open(url.path, Int32(SFM_WRITE), &info)!
  let frames = sf_count_t(samples.count / channels)
  switch format & SF_FORMAT_SUBMASK {
  case SF_FORMAT_PCM_16, SF_FORMAT_PCM_24, SF_FORMAT_PCM_32:
    // From floats libsndfile would scale by 32767.
    sf_writef_int(file, samples.map { Int32($0 * 0x1p15) << 16 }, frames)
  default:
    sf_writef_float(file, samples, frames)
  }
  sf_close(file)
}

/// A tone whose samples are whole 16-bit steps.
func tone(_ frequency: Double, rate: Int, count: Int, amplitude: Double = 0.5) -> [Float] {
  (0..<count).map { index in
    Float((amplitude * sin(2 * .pi * frequency * Double(index) / Double(rate)) * 32_768).rounded() / 32_768)
  }
}
