import Synchronization

/// State shared by the capture thread and the consumer besides the rings: plain memory, because the capture thread
/// counts no references.
struct CaptureShared: ~Copyable {
  let stop = Atomic<Bool>(false)
  let xruns = Atomic<Int>(0)
  let lost = Atomic<Int>(0)
  let dropped = Atomic<Int>(0)
  let disconnections = Atomic<Int>(0)
  /// The monotonic time of sample 0 in seconds, as a bit pattern; the times of all later samples follow from the rate.
  let origin = Atomic<UInt64>(0)
  /// Wakes the consumer.
  let ready = Semaphore()
  /// Signalled once, as the last action of the capture thread.
  let ended = Semaphore()
}
