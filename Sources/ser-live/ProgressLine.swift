import Capture

/// How far a command has come, on a line of standard error that redraws itself; only where standard error is a terminal
/// and standard output is none, whose lines it would run into. Of a single thing there is nothing to tell.
struct ProgressLine {
  private let total: Int?
  private let output: Output?
  private let now: @Sendable () -> Double
  private let start: Double
  private var drawnAt = -Double.infinity
  private var isDrawn = false

  /// - Parameters:
  ///   - total: how many there are to do; nil where nobody knows.
  ///   - output: where the line is; nil for nowhere.
  ///   - now: seconds of a clock that only goes forward.
  init(
    total: Int?, output: Output? = Self.terminal, now: @escaping @Sendable () -> Double = { MonotonicClock().now() }
  ) {
    self.total = total
    self.output = output
    self.now = now
    start = now()
  }

  /// Seconds between two redraws at least.
  private static let interval = 0.1

  /// Standard error where such a line can be shown there.
  private static var terminal: Output? {
    Terminal.redraws(.messages) && !Terminal.redraws(.standard) ? .messages : nil
  }

  /// So many are done, so many of them were bad.
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
    // What cannot be shown is lost: there is nobody to tell.
    try? output.write("\r\u{1B}[K\(text)")
  }

  /// Takes the line away.
  mutating func clear() {
    guard isDrawn, let output else { return }
    isDrawn = false
    try? output.write("\r\u{1B}[K")
  }
}
