/// Why a picture cannot be drawn, in one sentence that says what, where, and what to do.
struct PlotError: Error, CustomStringConvertible, Sendable, Equatable {
  /// What went wrong; in brackets the code of sysexits.h.
  enum Kind: Sendable {
    /// What was asked for makes no sense (64).
    case usage
    /// There is nothing to draw in the data (65).
    case badData
    /// gnuplot is missing, or refuses (69).
    case unavailable
    /// The picture could not be written (74).
    case inputOutput
  }

  let kind: Kind
  /// The sentence.
  let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
