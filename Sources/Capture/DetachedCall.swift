import Glibc
import Support

/// A call that may take long or never return, on a thread of its own: libasound waits for sound servers, and cannot be
/// told to stop.
///
/// A result that nobody takes is destroyed when the call returns after all.
final class DetachedCall<Value: ~Copyable & Sendable>: @unchecked Sendable {
  /// How a wait ended.
  enum Outcome: ~Copyable {
    case returned(Value)
    /// The flag was set first.
    case stopped
    /// The time was over first.
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

  /// The result where the call has returned; only the first time.
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
      // A signal ends the nap, and its handler may have set the flag.
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

  /// Seconds until a flag that another thread has set is seen.
  private static var nap: Double { 0.05 }
}

/// How long a call is waited for, in seconds.
struct Patience: Sendable {
  /// After which a person is told what is waited for.
  var notice = 2.0
  /// After which the result is not wanted any more.
  var limit = 10.0
}
