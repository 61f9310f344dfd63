import Glibc
import Synchronization

/// Messages on standard error. Write errors are ignored: they cannot be reported.
enum Messages {
  /// Messages held back until the screen is free; nil while it is.
  private static let held = Mutex<[String]?>(nil)
  /// Limit for held messages.
  private static let mostHeld = 100

  /// Writes a sentence; control characters and bytes that are not UTF-8 are replaced, as in file names.
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

  /// Holds back messages to the terminal until `release`, while a view occupies it.
  static func hold() {
    guard isatty(Output.messages.descriptor) == 1 else { return }
    held.withLock { $0 = $0 ?? [] }
  }

  /// Writes the held messages.
  static func release() {
    let lines = held.withLock { lines in
      defer { lines = nil }
      return lines ?? []
    }
    for line in lines { write(line) }
  }
}
