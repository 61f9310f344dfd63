import Capture

/// The progress of a command, on a self-updating line of standard error; only where standard error is a terminal and
/// standard output is not, whose lines would collide with it. Not shown for a single item.
struct ProgressLine {
  private let total: Int?
  private let output: Output?
  private let now: @Sendable () -> Double
  private let start: Double
  private var drawnAt = -Double.infinity
  private var isDrawn = false

  /// - Parameters:
  ///   - total: number of items; nil where unknown.
  ///   - output: the output of the line; nil for none.
  ///   - now: seconds of a monotonic clock.
  init(
    total: Int?, output: Output? = Self.terminal, now: @escaping @Sendable () -> Double = { MonotonicClock().now() }
  ) {
    self.total = total
    self.output = output
    self.now = now
    start = now()
  }

  /// Minimum seconds between two redraws.
  private static let interval = 0.1

  /// Standard error, if it can show such a line.
  private static var terminal: Output? {
    Terminal.redraws(.messages) && !Terminal.redraws(.standard) ? .messages : nil
  }

  /// Shows the number of finished items, and of failed ones among them.
  mutating func update(done: Int, bad: Int) {
    guard let output, total != 1, now() - drawnAt >= Self.interval else { return }
    drawnAt = now()
    isDrawn = true
    var text = "\(done)"
    if let total { text += " of \(total)" }
    text += " recordings"
    if bad > 0 { text += ", \(bad) bad" }
    if let total, done > 0, done < total {
      let left = (drawnAt - start) / Double(done) * Double(total - done)
      text += ", \(left.rounded(.up).decimals(0)) s left"
    }
    // Write errors are ignored: they cannot be reported.
    try? output.write("\r\u{1B}[K\(text)")
  }

  /// Removes the line.
  mutating func clear() {
    guard isDrawn, let output else { return }
    isDrawn = false
    try? output.write("\r\u{1B}[K")
  }
}
