import Glibc
import Synchronization

/// The workspaces of all front ends of one configuration. The one returned last is taken first, so that no more
/// workspaces are in use than threads compute rows at once.
final class WorkspacePool: Sendable {
  private struct State {
    var idle: [FrontEndWorkspace] = []
    /// Existing workspaces, including those in use.
    var made = 0
    /// Registered front ends.
    var users = 0

    /// Capacity for all, so that giving one back does not allocate.
    init() { idle.reserveCapacity(most) }
  }

  private let state = Mutex(State())

  /// Each front end adds a workspace up to this number. Even threads that are preempted within a row need no more.
  private static let most = 4 * max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

  /// Registers a front end.
  func join(_ make: () -> FrontEndWorkspace) {
    let isScarce = state.withLock { state in
      state.users += 1
      guard state.made < min(state.users, Self.most) else { return false }
      state.made += 1
      return true
    }
    if isScarce { give(make()) }
  }

  /// Unregisters a front end.
  func leave() { state.withLock { $0.users -= 1 } }

  /// Takes a workspace for exclusive use until it is given back.
  ///
  /// - Parameter make: creates another where all are taken, as by more than `most` threads at once.
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
