import Glibc

/// CLOCK_MONOTONIC, the clock of ALSA's period time stamps.
public struct MonotonicClock: CaptureClock, Sendable {
  /// All values are the same clock.
  public init() {}

  /// Seconds since an arbitrary moment, usually the machine's start.
  public func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time)
  }

  /// Sleeps for a number of seconds, or until a signal arrives.
  public func sleep(seconds: Double) {
    var time = timespec(seconds: seconds)
    nanosleep(&time, nil)
  }
}

extension timespec {
  init(seconds: Double) {
    let whole = seconds.rounded(.down)
    self.init(tv_sec: Int(whole), tv_nsec: Int((seconds - whole) * 1e9))
  }
}

extension Double {
  init(_ time: timespec) { self = Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9 }
}
