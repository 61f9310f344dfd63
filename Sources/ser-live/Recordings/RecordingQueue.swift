import Capture
import Glibc
import Support
import Synchronization
import Training

/// The recordings that a command line names, one after the other, in the order in which they are named.
///
/// Lines of a pipe are read when they are asked for, so that a recording is processed as soon as it is named.
final class RecordingQueue: Sendable {
  private struct State {
    /// What is known already, in reverse.
    var waiting: [Result<String, CaptureError>] = []
    /// The list that more is read from; nil where there is none, or no more in it.
    var list: PathList?
    var passedOver = PassedOver()
    /// Why no more can be read from the list.
    var failure: OperationError?
  }

  private let state: Mutex<State>
  private let stop: StopFlag
  /// How many there are; nil where that shows only at the end of a pipe.
  let total: Int?

  /// - Parameters:
  ///   - paths: recordings, folders and patterns; `-` is standard input.
  ///   - list: a file with a path on each line, `-` for standard input; nil for none.
  ///   - stop: ends the search for recordings, and the waiting for names of more, once it is set.
  /// - Throws: where the list cannot be read.
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

  /// What folders held beside recordings so far.
  var passedOver: PassedOver { state.withLock(\.passedOver) }

  /// Why the list could not be read to its end; nil where it could, or is still read.
  var failure: OperationError? { state.withLock(\.failure) }

  /// The next recording, or why there is none where one was named; nil after the last, and where the list cannot be read.
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

  /// What a line of a list names: in it `-` is a file's name as any other.
  private static func recordings(
    inList path: String, _ passedOver: inout PassedOver, _ stop: StopFlag
  ) -> [Result<String, CaptureError>] {
    recordings(at: path == StandardInput.path ? "./-" : path, isPattern: false, &passedOver, stop)
  }

  /// - Parameter isPattern: whether what does not exist may be a pattern.
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
      // Of other patterns than deep ones each match counts for itself, as those of a shell do.
      if !pattern.isDeep { tree = FileTree(stop: stop) }
      return path.isFolder ? recordings(below: path, &tree, &passedOver) : [.success(path)]
    }
    return unreadable
      + found.filter { one in
        guard pattern.isDeep, let path = try? one.get() else { return true }
        return entries.insert(path)
      }
  }

  /// The recordings in a folder, as far as it was not walked before, then what cannot be read of it.
  private static func recordings(
    below folder: String, _ tree: inout FileTree, _ passedOver: inout PassedOver
  ) -> [Result<String, CaptureError>] {
    let contents = RecordingList.contents(of: folder, &tree)
    passedOver += contents.passedOver
    return contents.recordings.map { .success($0) } + contents.failures.map { .failure(CaptureError($0)) }
  }
}

extension CaptureError {
  /// That a place named for recordings cannot be used, as an error of recordings.
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
