import Glibc
import Synchronization

/// Sentences for people, on standard error. What cannot be written there is lost: there is nobody to tell.
enum Messages {
  /// Those that wait until the screen is free; nil while it is.
  private static let held = Mutex<[String]?>(nil)
  /// More than anybody reads afterwards.
  private static let mostHeld = 100

  /// Writes a sentence; what a file's name has of control characters and of bytes that are not UTF-8 is replaced.
  static func write(_ line: String) {
    let line = line.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
      .joined(separator: "\n")
    let isHeld = held.withLock { lines in
      guard lines != nil else { return false }
      lines!.append(line)
      if lines!.count > mostHeld { lines!.removeFirst() }
      return true
    }
    if !isHeld { try? Output.messages.writeText(line + "\n") }
  }

  /// Something draws on the whole terminal: sentences that would go to one wait for `release`.
  static func hold() {
    guard isatty(Output.messages.descriptor) == 1 else { return }
    held.withLock { $0 = $0 ?? [] }
  }

  /// Writes what has waited.
  static func release() {
    let lines = held.withLock { lines in
      defer { lines = nil }
      return lines ?? []
    }
    for line in lines { write(line) }
  }
}
