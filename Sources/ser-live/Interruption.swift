import CTerminalGuard
import Glibc
import Support

/// SIGINT and SIGTERM as a wish to end: sources stop, the utterance ends, everything is written, the program exits 0.
enum Interruption {
  static let flag = StopFlag()

  /// The first signal asks to stop, a second one ends the program at once.
  static func install() {
    _ = flag  // Made now: a signal handler must not be the first to touch it.
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { number in
      guard Interruption.flag.isStopped else { return Interruption.flag.requestStop() }
      ser_terminal_leave()
      signal(number, SIG_DFL)
      raise(number)
    }
    // Without SA_RESTART a blocking read returns and sees the flag.
    action.sa_flags = 0
    sigaction(SIGINT, &action, nil)
    sigaction(SIGTERM, &action, nil)
  }

  /// Asks to stop after so many seconds, too, whatever happens.
  static func setLimit(seconds: Int) {
    signal(SIGALRM) { _ in Interruption.flag.requestStop() }
    alarm(UInt32(seconds))
  }

  /// Ends the limit.
  ///
  /// - Returns: Whether it had been reached.
  static func liftLimit() -> Bool { alarm(0) == 0 }
}
