import Glibc

/// How a window fades in and out, periodic as in `scipy.signal.get_window(…, fftbins=True)`.
public enum WindowShape: String, CaseIterable, Codable, Sendable {
  case hann
  case hamming

  /// - Throws: `ConfigurationError` naming the valid shapes where the name is unknown.
  public init(from decoder: any Decoder) throws {
    let name = try decoder.singleValueContainer().decode(String.self)
    guard let shape = WindowShape(rawValue: name) else {
      let valid = WindowShape.allCases.map(\.rawValue).joined(separator: ", ")
      throw ConfigurationError(key: "windowShape", message: "there is no window ‘\(name)’; valid are \(valid)")
    }
    self = shape
  }

  /// The factors for `count` samples.
  func factors(_ count: Int) -> [Float] {
    let pedestal =
      switch self {
      case .hann: 0.5
      case .hamming: 0.54
      }
    return (0..<count).map { Float(pedestal - (1 - pedestal) * cos(2 * .pi * Double($0) / Double(count))) }
  }
}
