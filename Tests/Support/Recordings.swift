import Capture

/// The recordings that come with the program.
public enum Recordings: String, CaseIterable, Sendable {
  case angry, sad

  public var path: String {
    // The package's folder is two above that of this file.
    let folders = #filePath.split(separator: "/").dropLast(3)
    return "/" + folders.joined(separator: "/") + "/Recordings/\(rawValue).flac"
  }

  /// All samples, mono, at `rate` samples per second.
  public func samples() throws -> (samples: [Float], rate: Int) {
    var source = try FileSource(path: path)
    return (try source.readAll(), source.sampleRate)
  }
}
