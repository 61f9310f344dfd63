import Glibc

/// Keeps the memory of a process from being paged out.
public enum MemoryLock {
  /// Locks what the process uses now and later, each page once it is touched, so that no more becomes resident than is
  /// used.
  ///
  /// - Returns: Whether that is permitted: to root, or where the limit on locked memory (RLIMIT_MEMLOCK) may be infinite.
  public static func lockProcess() -> Bool {
    // Under a finite limit later allocations would fail.
    let resource = Int32(__RLIMIT_MEMLOCK.rawValue)
    var limit = rlimit()
    getrlimit(resource, &limit)
    if limit.rlim_cur != .max {
      var unlimited = rlimit(rlim_cur: .max, rlim_max: .max)
      if setrlimit(resource, &unlimited) != 0 { return false }
    }
    return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0
  }
}
