import Glibc

/// A recording that is made as loud as others, or left as it is.
///
/// To be normalised it is read twice, the first time for its level only.
public struct NormalizedRecording: FrameSource, ~Copyable {
  /// What each sample is multiplied by; nil where the recording is left as it is, as it was not to be normalised or has
  /// no level, see `LevelNormalization.gain`.
  public let gain: Float?
  private var file: FileSource

  /// Opens a recording, and finds its level where it is to be normalised.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - normalization: nil to leave it as it is.
  /// - Throws: as `FileSource`; `usage` where what is to be normalised is a pipe.
  public init(path: String, normalization: LevelNormalization?) throws(CaptureError) {
    if normalization != nil { try Self.requireFile(path) }
    let file = try FileSource(path: path)
    gain = if let normalization { try Self.gain(path: path, normalization) } else { nil }
    self.file = file
  }

  /// Refuses what cannot be read twice.
  private static func requireFile(_ path: String) throws(CaptureError) {
    var status = stat()
    guard stat(path, &status) == 0, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else { return }
    throw CaptureError(.usage, "\(path) is no file: to be normalised a recording is read twice")
  }

  private static func gain(path: String, _ normalization: LevelNormalization) throws(CaptureError) -> Float? {
    var file = try FileSource(path: path)
    var meter = LevelMeter(sampleRate: file.sampleRate)
    var buffer = [Float](repeating: 0, count: 16384)
    do throws(CaptureError) {
      while true {
        var span = buffer.mutableSpan
        let count = try file.read(into: &span)
        if count == 0 { break }
        meter.push(buffer.span.extracting(0..<count))
      }
    } catch {
      // Of a damaged recording the part before the damage counts; who reads it then hears of the damage.
    }
    return normalization.gain(meter)
  }

  /// Samples per second, as the file says.
  public var sampleRate: Int { file.sampleRate }

  /// See `FrameSource`; throws as `FileSource.read`.
  public mutating func read(into buffer: inout MutableSpan<Float>) throws(CaptureError) -> Int {
    let count = try file.read(into: &buffer)
    if let gain {
      for index in 0..<count { buffer[index] *= gain }
    }
    return count
  }
}
