import Glibc

/// A POSIX semaphore used as a bell: ringing never blocks, and repeated rings count once until a wait.
struct Semaphore: ~Copyable {
  // SAFETY: a semaphore must not move, so it lies on the heap; freed in `deinit`, when no thread can wait for it any
  // more.
  private let semaphore: UnsafeMutablePointer<sem_t>

  init() {
    semaphore = .allocate(capacity: 1)
    sem_init(semaphore, 0, 0)
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  /// Ends the current or the next wait.
  func ring() {
    var value: Int32 = 0
    sem_getvalue(semaphore, &value)
    if value == 0 { sem_post(semaphore) }
  }

  /// Sleeps until the bell rings or a time has passed.
  ///
  /// - Returns: Whether it rang; a signal may also end the wait early.
  @discardableResult
  func wait(seconds: Double) -> Bool {
    var now = timespec()
    // ThreadSanitizer does not support `sem_clockwait`, the wait by the monotonic clock. If the clock is set back, the
    // next ring ends the wait.
    clock_gettime(CLOCK_REALTIME, &now)
    var deadline = timespec(seconds: Double(now) + seconds)
    return sem_timedwait(semaphore, &deadline) == 0
  }
}
