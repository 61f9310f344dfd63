import Glibc
import Synchronization

/// Handles SIGHUP: requests to reopen the files for events, as log rotation does after it has moved them.
enum Reopening {
  private static let asked = Atomic(false)

  /// From here on the signal no longer ends the program.
  static func install() {
    // Initialised now: a signal handler must not be the first to access it.
    asked.store(false, ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in Reopening.asked.store(true, ordering: .relaxed) }
    action.sa_flags = SA_RESTART
    sigaction(SIGHUP, &action, nil)
  }

  /// Whether the signal has arrived since the last call.
  static func isAsked() -> Bool {
    asked.load(ordering: .relaxed) && asked.exchange(false, ordering: .relaxed)
  }
}
