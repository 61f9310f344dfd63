import Foundation
import Synchronization

/// What of a process's sound only one test at a time can have: libasound's configuration, found through the environment.
enum SoundSystem {
  private static let lock = Mutex(())

  /// Runs `body` while nobody else does.
  static func exclusively<R>(_ body: () throws -> R) rethrows -> R { try lock.withLock { _ in try body() } }

  /// Runs `body` with these variables in the environment; only within `exclusively`.
  static func with<R>(_ environment: [String: String], _ body: () throws -> R) rethrows -> R {
    for (name, value) in environment { setenv(name, value, 1) }
    defer { for name in environment.keys { unsetenv(name) } }
    return try body()
  }
}
