import Glibc
import Support

/// A call that may take long or never return, on a separate thread: libasound waits for sound servers, and cannot be
/// interrupted.
///
/// A result that nobody takes is destroyed when the call returns.
final class DetachedCall<Value: ~Copyable & Sendable>: @unchecked Sendable {
  /// The outcome of a wait.
  enum Outcome: ~Copyable {
    case returned(Value)
    /// The stop flag was set before the result.
    case stopped
    /// The time limit passed before the result.
    case overdue
  }

  // SAFETY: written by the thread before it rings, and used by others only after they were woken by that.
  private var value: Value?
  private let returned = Semaphore()

  /// Starts the call.
  init(_ body: @escaping @Sendable () -> Value) throws(PlainThread.Failure) {
    try PlainThread { [self] in
      value = body()
      returned.ring()
    }.detach()
  }

  /// The result where the call has returned; available only once.
  func result() -> Value? {
    guard returned.wait(seconds: 0) else { return nil }
    return value.take()
  }

  /// Waits for the result.
  ///
  /// - Parameters:
  ///   - notice: Run once where the call takes longer than `patience.notice`.
  func wait(_ patience: Patience, stop: StopFlag, notice: () -> Void = {}) -> Outcome {
    let start = MonotonicClock().now()
    var isNoticed = false
    while !stop.isStopped {
      // A signal ends the sleep, and its handler may have set the flag.
      if returned.wait(seconds: Self.nap), let value = value.take() { return .returned(value) }
      let passed = MonotonicClock().now() - start
      if passed >= patience.limit { return .overdue }
      if passed >= patience.notice, !isNoticed {
        isNoticed = true
        notice()
      }
    }
    return .stopped
  }

  /// Maximum delay, in seconds, until a flag set by another thread takes effect.
  private static var nap: Double { 0.05 }
}

/// Time limits of a call, in seconds.
struct Patience: Sendable {
  /// Time until the user is notified of the wait.
  var notice = 2.0
  /// Time until the wait is abandoned.
  var limit = 10.0
}
