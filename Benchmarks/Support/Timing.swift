import Glibc

/// Figures of several rounds.
public struct Spread {
  public let median, least, most: Double

  /// - Parameter figures: at least one.
  public init(_ figures: [Double]) {
    let sorted = figures.sorted()
    median = sorted[sorted.count / 2]
    least = sorted[0]
    most = sorted[sorted.count - 1]
  }
}

/// Microseconds per `count` that `work` takes: processor time of this thread, so that other work on the machine counts
/// little. One round goes before, to warm up.
public func microseconds(per count: Int, rounds: Int, _ work: () -> Void) -> Spread {
  work()
  return Spread(
    (0..<rounds).map { _ in
      let start = processorTime()
      work()
      return (processorTime() - start) / Double(count) * 1e6
    })
}

/// Seconds of processor time that this thread has used.
public func processorTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
