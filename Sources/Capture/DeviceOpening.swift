import Support
import Synchronization

/// Opens a device, which a sound server can block for ever.
enum DeviceOpening {
  /// Runs `open` on a separate thread and waits for its result.
  ///
  /// A thread that is still blocked when the wait ends is abandoned; a device that it opens later is closed at once.
  /// - Parameters:
  ///   - name: The device's.
  ///   - waiting: Receives a sentence about the wait, once, where the call takes longer than `patience.notice`.
  ///   - server: Finds the sound server that the device belongs to; may block, too.
  /// - Throws: what `open` throws, `stopped` where the flag is set first, `serverUnavailable` or `deviceUnavailable`
  ///   where the time is over.
  static func open<Device: ~Copyable & Sendable>(
    _ name: String, patience: Patience = Patience(), stop: StopFlag, waiting: (String) -> Void,
    server find: @escaping @Sendable () -> SoundServer?,
    _ open: @escaping @Sendable () throws(CaptureError) -> Device
  ) throws(CaptureError) -> Device {
    let device = "the capture device \"\(name)\""
    let found = FoundServer()
    let call: DetachedCall<Result<Device, CaptureError>>
    do throws(PlainThread.Failure) {
      call = try DetachedCall {
        found.server.withLock { $0 = find() }
        return Result(catching: open)
      }
    } catch {
      throw CaptureError(
        .deviceUnavailable, "cannot start a thread that opens \(device): \(systemMessage(error.code))")
    }
    let outcome = call.wait(patience, stop: stop) {
      waiting(
        found.known.map { "waiting for \($0.description) to open \(device)" } ?? "waiting for \(device) to open")
    }
    switch consume outcome {
    case .returned(let result): return try result.get()
    case .stopped: throw CaptureError(.stopped, "stopped before \(device) was open")
    case .overdue:
      let seconds = Int(patience.limit.rounded())
      if let server = found.known {
        throw CaptureError(
          .serverUnavailable,
          "\(server.description) did not open \(device) within \(seconds) s: it does not answer, or gives nothing")
      }
      throw CaptureError(
        .deviceUnavailable, "\(device) did not open within \(seconds) s: its driver or a sound server does not answer")
    }
  }

  private final class FoundServer: Sendable {
    let server = Mutex<SoundServer?>(nil)

    /// Also nil while the search is running.
    var known: SoundServer? { server.withLockIfAvailable { $0 } ?? nil }
  }
}
