import Capture
import Glibc
import Synchronization
import Training

/// The recordings that a command line names, one after the other, in the order in which they are named.
///
/// Lines of standard input are read when they are asked for, so that a recording is heard as soon as it is named.
final class RecordingQueue: Sendable {
  private struct State {
    /// What is known already, in reverse.
    var waiting: [Result<String, CaptureError>]
    /// Whether more comes from standard input.
    var readsInput: Bool
  }

  private let state: Mutex<State>
  /// How many there are; nil where that shows only at the end of standard input.
  let total: Int?

  /// - Parameters:
  ///   - paths: recordings, folders and patterns.
  ///   - list: a file with a path on each line, `-` for standard input; nil for none.
  /// - Throws: where the list cannot be read.
  init(_ paths: [String], list: String?) throws {
    var named = paths.flatMap { Self.recordings(at: $0, isPattern: true) }
    if let list, list != "-" {
      let text = String(decoding: try FileContents.read(list), as: UTF8.self)
      named += text.split(whereSeparator: \.isNewline).flatMap { Self.recordings(at: String($0), isPattern: false) }
    }
    let readsInput = list == "-"
    total = readsInput ? nil : named.count
    state = Mutex(State(waiting: named.reversed(), readsInput: readsInput))
  }

  /// The next recording, or why there is none where one was named; nil after the last.
  func next() -> Result<String, CaptureError>? {
    state.withLock { state in
      while true {
        if let next = state.waiting.popLast() { return next }
        guard state.readsInput, let line = readLine() else { return nil }
        if !line.isEmpty { state.waiting = Self.recordings(at: line, isPattern: false).reversed() }
      }
    }
  }

  /// - Parameter isPattern: whether what does not exist may be a pattern.
  private static func recordings(at path: String, isPattern: Bool) -> [Result<String, CaptureError>] {
    if RecordingList.isFolder(path) {
      do {
        return try RecordingList.recordings(below: path).map { .success($0) }
      } catch {
        return [.failure(CaptureError(.noInput, error.description))]
      }
    }
    guard isPattern, access(path, F_OK) != 0, path.contains(where: { "*?[".contains($0) }) else {
      return [.success(path)]
    }
    let found = matches(path)
    if found.isEmpty { return [.failure(CaptureError(.noInput, "there is nothing that matches \(path)"))] }
    return found.flatMap { recordings(at: $0, isPattern: false) }
  }

  /// What the shell would make of a pattern, sorted.
  private static func matches(_ pattern: String) -> [String] {
    var result = glob_t()
    defer { globfree(&result) }
    guard glob(pattern, 0, nil, &result) == 0 else { return [] }
    // SAFETY: `glob` has filled in that many terminated strings, which are copied before `globfree`.
    return (0..<Int(result.gl_pathc)).map { String(cString: result.gl_pathv[$0]!) }
  }
}
