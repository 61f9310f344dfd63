import Glibc
import Synchronization

/// The workspaces of all front ends of one configuration. The one that was given back last is taken first, so that no more of them
/// are touched than there are threads that compute rows at once.
final class WorkspacePool: Sendable {
  private struct State {
    var idle: [FrontEndWorkspace] = []
    /// Workspaces that there are, taken ones among them.
    var made = 0
    /// Front ends that there are.
    var users = 0

    /// Room for all, so that nobody who gives one back allocates.
    init() { idle.reserveCapacity(most) }
  }

  private let state = Mutex(State())

  /// Each front end brings a workspace up to this number. Not even threads that are interrupted within a row need more.
  private static let most = 4 * max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

  /// Reckons with one more front end.
  func join(_ make: () -> FrontEndWorkspace) {
    let isScarce = state.withLock { state in
      state.users += 1
      guard state.made < min(state.users, Self.most) else { return false }
      state.made += 1
      return true
    }
    if isScarce { give(make()) }
  }

  /// Reckons with one front end less.
  func leave() { state.withLock { $0.users -= 1 } }

  /// A workspace that nobody else has, until it is given back.
  ///
  /// - Parameter make: makes another where all are taken, as by more than `most` threads at once.
  func take(or make: () -> FrontEndWorkspace) -> FrontEndWorkspace {
    let idle = state.withLock { state in
      if state.idle.isEmpty { state.made += 1 }
      return state.idle.popLast()
    }
    return idle ?? make()
  }

  func give(_ workspace: FrontEndWorkspace) {
    state.withLock { $0.idle.append(workspace) }
  }
}
