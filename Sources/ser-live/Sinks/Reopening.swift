import Glibc
import Synchronization

/// SIGHUP as a wish to open the files that events are written to anew, as log rotation sends it after it has moved them.
enum Reopening {
  private static let asked = Atomic(false)

  /// From here on the signal no longer ends the program.
  static func install() {
    // Made now: a signal handler must not be the first to touch it.
    asked.store(false, ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in Reopening.asked.store(true, ordering: .relaxed) }
    action.sa_flags = SA_RESTART
    sigaction(SIGHUP, &action, nil)
  }

  /// Whether the signal has come since the last call.
  static func isAsked() -> Bool {
    asked.load(ordering: .relaxed) && asked.exchange(false, ordering: .relaxed)
  }
}
