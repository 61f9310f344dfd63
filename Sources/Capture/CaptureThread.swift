import Glibc
import Support
import Synchronization

/// The plain POSIX thread on which a capture loop runs.
enum CaptureThread {
  // SAFETY: `@unchecked` because of the pointers: the loop belongs to the thread that runs it, and `shared` holds only
  // atomics and semaphores.
  private struct Work<Device: PCMDevice & ~Copyable, Clock: CaptureClock>: @unchecked Sendable {
    let loop: UnsafeMutablePointer<CaptureLoop<Device, Clock>>
    let shared: UnsafeMutablePointer<CaptureShared>

    func run() {
      while !shared.pointee.stop.load(ordering: .acquiring) {
        loop.pointee.step()
        shared.pointee.ready.ring()
      }
      loop.deinitialize(count: 1)
      loop.deallocate()
      shared.pointee.ended.ring()
    }
  }

  /// Above ordinary threads and below those of the sound system itself.
  private static var priority: Int32 { 20 }

  /// Starts a thread that steps `loop` until `shared.stop` is set.
  ///
  /// - Returns: The thread, and whether it has real-time priority.
  static func start<Device: PCMDevice & ~Copyable, Clock: CaptureClock>(
    _ loop: consuming CaptureLoop<Device, Clock>, shared: UnsafeMutablePointer<CaptureShared>
  ) throws(CaptureError) -> (pthread_t, isRealTime: Bool) {
    // SAFETY: the loop moves into memory that the thread owns from here on; `shared` outlives the thread.
    let memory = UnsafeMutablePointer<CaptureLoop<Device, Clock>>.allocate(capacity: 1)
    memory.initialize(to: loop)
    let work = Work(loop: memory, shared: shared)
    let thread: pthread_t
    do throws(PlainThread.Failure) {
      thread = try PlainThread { work.run() }.identifier
    } catch {
      memory.deinitialize(count: 1)
      memory.deallocate()
      throw CaptureError(.deviceUnavailable, "cannot start the capture thread: \(systemMessage(error.code))")
    }
    // Threads that a plugin starts from this one, when it reopens a device, must not inherit the priority.
    let resetOnFork: Int32 = 0x4000_0000
    var parameters = sched_param(sched_priority: priority)
    let isRealTime = pthread_setschedparam(thread, SCHED_FIFO | resetOnFork, &parameters) == 0
    return (thread, isRealTime)
  }

  /// Asks a thread to stop and waits for its end.
  ///
  /// - Returns: Whether it has ended. A hung sound server can block it inside libasound for ever. It is then abandoned
  ///   with its memory, so that the program can end.
  static func stop(_ thread: pthread_t, shared: UnsafeMutablePointer<CaptureShared>) -> Bool {
    shared.pointee.stop.store(true, ordering: .releasing)
    // A step takes at most 0.3 s unless libasound blocks.
    let deadline = MonotonicClock().now() + 0.5
    while MonotonicClock().now() < deadline {
      if shared.pointee.ended.wait(seconds: 0.5) {
        pthread_join(thread, nil)
        return true
      }
    }
    pthread_detach(thread)
    return false
  }
}
