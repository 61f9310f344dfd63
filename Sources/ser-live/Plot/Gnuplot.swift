import Glibc
import Support

/// Runs gnuplot.
enum Gnuplot {
  /// Draws a picture and returns its bytes: a whole file, or the text for a terminal. Warnings of gnuplot are passed on
  /// to standard error.
  ///
  /// - Throws: an `OperationError` of kind `unavailable` where gnuplot is missing or fails.
  static func draw(_ script: GnuplotScript, as form: PictureForm) throws(OperationError) -> [UInt8] {
    var start = GnuplotScript()
    start.add("set encoding utf8")
    start.add(form.command)
    let run: ProgramRun
    do {
      // -d: a user's own ~/.gnuplot is meant for other pictures.
      run = try ProgramRun("gnuplot", ["-d"], input: start.bytes + script.bytes)
    } catch {
      throw OperationError(
        .unavailable,
        error.code == ENOENT
          ? "pictures need gnuplot, which is not installed: install it (Debian's package is gnuplot-nox)"
          : "cannot run gnuplot: \(systemMessage(error.code))")
    }
    let complaints = String(decoding: run.errors, as: UTF8.self).split(separator: "\n")
      .map { $0.drop(while: \.isWhitespace) }.filter { !$0.isEmpty }
    guard run.success, !run.output.isEmpty else {
      let reason = complaints.last.map(String.init) ?? "it ended without a message"
      throw OperationError(
        .unavailable, "gnuplot cannot draw this: \(reason) (it must be 5.2 or later, with the cairo terminals)")
    }
    for line in complaints { Messages.write("ser-live: gnuplot reported: \(line)") }
    return run.output
  }
}
