/// The lines of a report on standard output, as they are known.
///
/// Where a reader has gone, or the disk is full, a command that writes files, too, goes on with these: `finish` then says
/// what was lost.
struct ReportText {
  private let output: Output
  private let outlives: Bool
  private var failure: SinkError?

  /// - Parameters:
  ///   - outlives: whether the command has more to write than this text; otherwise it ends where a line is lost.
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

  /// - Throws: what kept a line from being written.
  func finish() throws(SinkError) {
    if let failure { throw failure }
  }
}
