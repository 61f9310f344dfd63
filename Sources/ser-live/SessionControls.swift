import Synchronization

/// What a session and a view of it tell each other without ever waiting for each other.
final class SessionControls: Sendable {
  /// Those of the one stream that the program hears and shows at a time.
  static let program = SessionControls()

  private let paused = Atomic<Bool>(false)
  private let resetWanted = Atomic<Bool>(false)
  /// The bits of a Double; not a number where nothing is known.
  private let latencyBits = Atomic<UInt64>(Double.nan.bitPattern)
  private let sourceName = Mutex("")

  /// Whether nothing is to be heard for the time being.
  var isPaused: Bool {
    get { paused.load(ordering: .relaxed) }
    set { paused.store(newValue, ordering: .relaxed) }
  }

  /// Asks the session to forget everything that it has heard.
  func requestReset() { resetWanted.store(true, ordering: .relaxed) }

  /// Whether that was asked for since the last call.
  func takeReset() -> Bool {
    // Loaded first: an exchange at each block of samples would cost more than the rest of this.
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

  /// What is heard, in words: a device, a recording.
  var source: String {
    get { sourceName.withLock { $0 } }
    set { sourceName.withLock { $0 = newValue } }
  }
}
