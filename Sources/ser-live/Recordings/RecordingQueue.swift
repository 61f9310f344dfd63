import Capture
import Glibc
import Support
import Synchronization
import Training

/// The recordings of a command line, in its order.
///
/// Lines of a pipe are read on demand, so that a recording is processed as soon as it is named.
final class RecordingQueue: Sendable {
  private struct State {
    /// Known recordings, in reverse order.
    var waiting: [Result<String, CaptureError>] = []
    /// The list for further recordings; nil where there is none, or at its end.
    var list: PathList?
    var passedOver = PassedOver()
    /// The error that ended the list.
    var failure: OperationError?
  }

  private let state: Mutex<State>
  private let stop: StopFlag
  /// Number of recordings; nil where it is known only at the end of a pipe.
  let total: Int?

  /// - Parameters:
  ///   - paths: recordings, folders and patterns; `-` is standard input.
  ///   - list: a file with a path on each line, `-` for standard input; nil for none.
  ///   - stop: ends the search for recordings, and the wait for further names, when it is set.
  /// - Throws: where the list is unreadable.
  init(_ paths: [String], list: String?, stop: StopFlag = Interruption.flag) throws {
    var state = State()
    var named: [Result<String, CaptureError>] = []
    for path in paths { named += Self.recordings(at: path, isPattern: true, &state.passedOver, stop) }
    if let list {
      let list = try PathList(list, stop: stop)
      if list.isFile {
        while let path = try list.next() { named += Self.recordings(inList: path, &state.passedOver, stop) }
      } else {
        state.list = list
      }
    }
    total = state.list == nil ? named.count : nil
    state.waiting = named.reversed()
    self.stop = stop
    self.state = Mutex(state)
  }

  /// Other files in the folders so far.
  var passedOver: PassedOver { state.withLock(\.passedOver) }

  /// The error that ended the list; nil where there was none so far.
  var failure: OperationError? { state.withLock(\.failure) }

  /// The next recording, or its error; nil after the last, and where the list is unreadable.
  func next() -> Result<String, CaptureError>? {
    state.withLock { state -> Result<String, CaptureError>? in
      while true {
        if let next = state.waiting.popLast() { return next }
        do throws(OperationError) {
          guard let path = try state.list?.next() else { return nil }
          state.waiting = Self.recordings(inList: path, &state.passedOver, stop).reversed()
        } catch {
          state.list = nil
          state.failure = error
          return nil
        }
      }
    }
  }

  /// The recordings of a line of a list, in which `-` is an ordinary file name.
  private static func recordings(
    inList path: String, _ passedOver: inout PassedOver, _ stop: StopFlag
  ) -> [Result<String, CaptureError>] {
    recordings(at: path == StandardInput.path ? "./-" : path, isPattern: false, &passedOver, stop)
  }

  /// - Parameter isPattern: whether a path that does not exist may be a pattern.
  private static func recordings(
    at path: String, isPattern: Bool, _ passedOver: inout PassedOver, _ stop: StopFlag
  ) -> [Result<String, CaptureError>] {
    if path == StandardInput.path { return [.success(path)] }
    if path.isFolder {
      var tree = FileTree(stop: stop)
      return recordings(below: path, &tree, &passedOver)
    }
    guard isPattern, access(path.cPath, F_OK) != 0, PathPattern.isPattern(path) else { return [.success(path)] }
    let pattern = PathPattern(path)
    let matches = pattern.matches(stop: stop)
    if stop.isStopped { return [] }
    let unreadable = matches.unreadable.map { Result<String, CaptureError>.failure(CaptureError($0)) }
    guard !matches.paths.isEmpty else {
      return unreadable + [.failure(CaptureError(.noInput, "there is nothing that matches \(path)"))]
    }
    var tree = FileTree(stop: stop)
    var entries = FolderEntries()
    let found = matches.paths.flatMap { path -> [Result<String, CaptureError>] in
      // Matches of patterns without `**` are separate arguments, as in a shell.
      if !pattern.isDeep { tree = FileTree(stop: stop) }
      return path.isFolder ? recordings(below: path, &tree, &passedOver) : [.success(path)]
    }
    return unreadable
      + found.filter { one in
        guard pattern.isDeep, let path = try? one.get() else { return true }
        return entries.insert(path)
      }
  }

  /// The recordings in a folder that was not walked before, followed by its errors.
  private static func recordings(
    below folder: String, _ tree: inout FileTree, _ passedOver: inout PassedOver
  ) -> [Result<String, CaptureError>] {
    let contents = RecordingList.contents(of: folder, &tree)
    passedOver += contents.passedOver
    return contents.recordings.map { .success($0) } + contents.failures.map { .failure(CaptureError($0)) }
  }
}

extension CaptureError {
  /// Converts an error of a path into one of a recording.
  init(_ error: OperationError) {
    let kind: Kind =
      switch error.kind {
      case .usage: .usage
      case .badData: .badData
      case .noInput: .noInput
      case .unavailable: .deviceUnavailable
      case .stopped: .stopped
      case .inputOutput: .inputOutput
      }
    self.init(kind, error.description)
  }
}
