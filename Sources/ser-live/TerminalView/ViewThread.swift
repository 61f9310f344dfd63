import Glibc

/// The plain POSIX thread on which the view is drawn.
struct ViewThread: Sendable {
  private let thread: pthread_t

  /// Starts it.
  ///
  /// - Returns: nil where the system has no thread left.
  init?(_ run: @escaping @Sendable () -> Void) {
    // Signals are for the main thread, whose waiting for samples they cut short. What a thread does wrong itself is not
    // blocked: the system would end the program without asking the handler.
    var (blocked, previous) = (sigset_t(), sigset_t())
    sigfillset(&blocked)
    for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS] { sigdelset(&blocked, fault) }
    pthread_sigmask(SIG_SETMASK, &blocked, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(Body(run))
    let code = pthread_create(
      &thread, nil,
      { argument in
        // SAFETY: retained just above, for this call.
        Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, argument.toOpaque())
    guard code == 0 else {
      argument.release()
      return nil
    }
    self.thread = thread
  }

  /// Waits for its end; once.
  func join() { pthread_join(thread, nil) }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
}
