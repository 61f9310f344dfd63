import Glibc

/// Window functions, periodic as in `scipy.signal.get_window(…, fftbins=True)`.
public enum WindowShape: String, CaseIterable, Codable, Sendable {
  case hann
  case hamming
  case blackman
  case rectangular

  /// - Throws: a `ConfigurationError` that lists the valid shapes where the name is unknown.
  public init(from decoder: any Decoder) throws {
    self = try decoder.choice(of: "window")
  }

  /// The window's values for `count` samples.
  func factors(_ count: Int) -> [Float] {
    // Coefficients of the cosines of 0, 1 and 2 turns.
    let (constant, once, twice) =
      switch self {
      case .hann: (0.5, 0.5, 0.0)
      case .hamming: (0.54, 0.46, 0)
      case .blackman: (0.42, 0.5, 0.08)
      case .rectangular: (1, 0, 0)
      }
    return (0..<count).map { sample in
      let turn = 2 * .pi * Double(sample) / Double(count)
      return Float(constant - once * cos(turn) + twice * cos(2 * turn))
    }
  }
}
