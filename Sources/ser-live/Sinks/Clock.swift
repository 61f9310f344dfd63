import Glibc

/// Seconds of the system's monotonic clock, since some moment in the past.
@Sendable func monotonicSeconds() -> Double {
  var time = timespec()
  let result = clock_gettime(CLOCK_MONOTONIC, &time)
  precondition(result == 0, "every Linux has a monotonic clock")
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
