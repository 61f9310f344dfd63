import Synchronization

/// A request to stop, shared between a signal handler and blocking sources.
///
/// `requestStop` is one lock-free store to previously allocated memory, so a signal handler may call it.
public final class StopFlag: Sendable {
  private let flag = Atomic<Bool>(false)

  /// A flag that is not set.
  public init() {}

  /// Asks every source that holds this flag to end its stream; may be called from a signal handler, any number of
  /// times.
  public func requestStop() { flag.store(true, ordering: .releasing) }

  /// Whether a stop was requested.
  public var isStopped: Bool { flag.load(ordering: .acquiring) }
}
