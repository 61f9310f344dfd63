import CTerminalGuard
import Glibc
import Support

/// Handles SIGINT and SIGTERM: sources stop, the utterance ends, all output is written, the program exits 0.
enum Interruption {
  static let flag = StopFlag()

  /// The first signal requests a stop, a second one ends the program at once.
  static func install() {
    _ = flag  // Initialised now: a signal handler must not be the first to access it.
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { number in
      guard Interruption.flag.isStopped else { return Interruption.flag.requestStop() }
      ser_terminal_leave()
      signal(number, SIG_DFL)
      raise(number)
    }
    // Without SA_RESTART a blocking read returns, and the flag is checked.
    action.sa_flags = 0
    sigaction(SIGINT, &action, nil)
    sigaction(SIGTERM, &action, nil)
  }

  /// Also requests a stop after a number of seconds.
  static func setLimit(seconds: Int) {
    signal(SIGALRM) { _ in Interruption.flag.requestStop() }
    alarm(UInt32(seconds))
  }

  /// Removes the time limit.
  ///
  /// - Returns: Whether it had been reached.
  static func liftLimit() -> Bool { alarm(0) == 0 }
}
