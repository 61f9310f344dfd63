import Glibc

/// A plain POSIX thread, outside Swift's runtime.
package struct PlainThread: Sendable {
  package let identifier: pthread_t

  /// The reason that a thread could not be started.
  package struct Failure: Error {
    /// An `errno`.
    package let code: Int32
  }

  /// Starts the thread.
  package init(_ run: sending @escaping () -> Void) throws(Failure) {
    // Only threads that handle signals receive them; the new thread inherits this mask. Signals of the thread's own
    // faults are not blocked: the system would end the program without calling a handler.
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
      throw Failure(code: code)
    }
    identifier = thread
  }

  /// Waits for its end; call once.
  package func join() { pthread_join(identifier, nil) }

  /// Lets it end by itself, without a join.
  package func detach() { pthread_detach(identifier) }

  private final class Body {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }
}
