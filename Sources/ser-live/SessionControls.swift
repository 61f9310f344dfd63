import Synchronization

/// Non-blocking communication between a session and its view.
final class SessionControls: Sendable {
  /// The controls of the program's only stream with a view.
  static let program = SessionControls()

  private let paused = Atomic<Bool>(false)
  private let resetWanted = Atomic<Bool>(false)
  /// The bits of a Double; NaN where unknown.
  private let latencyBits = Atomic<UInt64>(Double.nan.bitPattern)
  private let sourceName = Mutex("")

  /// Whether processing is paused.
  var isPaused: Bool {
    get { paused.load(ordering: .relaxed) }
    set { paused.store(newValue, ordering: .relaxed) }
  }

  /// Asks the session to reset its state.
  func requestReset() { resetWanted.store(true, ordering: .relaxed) }

  /// Whether a reset was requested since the last call.
  func takeReset() -> Bool {
    // Loads first: an exchange for each block of samples would cost more than the rest of this function.
    resetWanted.load(ordering: .relaxed) && resetWanted.exchange(false, ordering: .relaxed)
  }

  /// Seconds from the capture of the newest row to the end of its recognition; nil where nothing is captured.
  var latency: Double? {
    get {
      let value = Double(bitPattern: latencyBits.load(ordering: .relaxed))
      return value.isNaN ? nil : value
    }
    set { latencyBits.store((newValue ?? .nan).bitPattern, ordering: .relaxed) }
  }

  /// Description of the source: a device, a recording.
  var source: String {
    get { sourceName.withLock { $0 } }
    set { sourceName.withLock { $0 = newValue } }
  }
}
