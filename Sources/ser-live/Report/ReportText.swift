/// Writes the lines of a report to standard output as they are available.
///
/// If the reader is gone or the disk is full, a command with other output files continues with those: `finish` then
/// throws the error.
struct ReportText {
  private let output: Output
  private let outlives: Bool
  private var failure: SinkError?

  /// - Parameters:
  ///   - outlives: whether the command continues after a lost line; otherwise it ends there.
  init(_ output: Output = .standard, outlives: Bool) {
    self.output = output
    self.outlives = outlives
  }

  /// Writes lines, unless earlier ones were lost.
  mutating func add(_ lines: [String]) throws(SinkError) {
    guard failure == nil else { return }
    do throws(SinkError) {
      for line in lines { try output.writeText(line + "\n") }
    } catch {
      failure = error
      if !outlives { throw error }
    }
  }

  /// - Throws: the error that lost a line.
  func finish() throws(SinkError) {
    if let failure { throw failure }
  }
}
