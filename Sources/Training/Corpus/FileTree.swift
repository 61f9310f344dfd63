import Capture
import Glibc

/// Walks folders.
package enum FileTree {
  /// Paths of all files below `directory`, sorted.
  package static func files(below directory: String) throws(TrainingError) -> [String] {
    guard let stream = opendir(directory) else {
      throw TrainingError(.noInput, "cannot read the folder \(directory): \(systemMessage(errno))")
    }
    defer { closedir(stream) }
    var files: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        // SAFETY: the kernel ends names with a zero byte.
        String(cString: bytes.bindMemory(to: CChar.self).baseAddress!)
      }
      guard !name.hasPrefix(".") else { continue }
      let path = directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
      var status = stat()
      guard stat(path, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        files += try self.files(below: path)
      } else {
        files.append(path)
      }
    }
    return files.sorted()
  }

  /// Whether a file's name says that it is a recording.
  static func isRecording(_ path: String) -> Bool {
    let lowered = path.lowercased()
    return [".wav", ".flac", ".ogg", ".opus"].contains(where: lowered.hasSuffix)
  }

  /// The recording at a path, or all recordings below the folder there, sorted.
  ///
  /// - Throws: `TrainingError` where there is nothing.
  static func recordings(at path: String) throws(TrainingError) -> [String] {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG { return [path] }
    let recordings = try files(below: path).filter(isRecording)
    guard !recordings.isEmpty else {
      throw TrainingError(.noInput, "\(path) holds no recordings: WAV, FLAC, OGG or Opus are expected")
    }
    return recordings
  }
}
