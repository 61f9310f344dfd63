import CKernels
import Glibc

/// The quantity of a complex spectrum.
public enum SpectrumQuantity: String, CaseIterable, Codable, Sendable {
  /// |X|².
  case power
  /// |X|.
  case magnitude

  /// - Throws: a `ConfigurationError` that lists the valid quantities where the name is unknown.
  public init(from decoder: any Decoder) throws {
    self = try decoder.choice(of: "quantity")
  }

  /// The lower limit of values before the logarithm: librosa's `amin`.
  fileprivate var floor: Float {
    switch self {
    case .power: 1e-10
    case .magnitude: 1e-5
    }
  }

  /// Decibels per unit of the natural logarithm.
  fileprivate var decibels: Float {
    switch self {
    case .power: Float(10 / log(10.0))
    case .magnitude: Float(20 / log(10.0))
    }
  }
}

/// The scale of spectrum values.
public enum SpectrumScale: String, CaseIterable, Codable, Sendable {
  /// Unchanged.
  case linear
  /// 10·log₁₀(max(10⁻¹⁰, power)) or 20·log₁₀(max(10⁻⁵, magnitude)): relative to 1, not to a recording's maximum.
  case decibels
  /// The natural logarithm, with the same lower limits.
  case log

  /// - Throws: a `ConfigurationError` that lists the valid scales where the name is unknown.
  public init(from decoder: any Decoder) throws {
    self = try decoder.choice(of: "scale")
  }

  /// Converts linear values of the given quantity to this scale. `result` is as long as `values`.
  func apply(
    _ values: UnsafeBufferPointer<Float>, of quantity: SpectrumQuantity, into result: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(values.count == result.count)
    let factor: Float
    switch self {
    case .linear:
      _ = result.update(fromContentsOf: values)
      return
    case .decibels: factor = quantity.decibels
    case .log: factor = 1
    }
    // SAFETY: both have as many elements.
    ser_scaled_log(values.baseAddress, quantity.floor, factor, result.baseAddress, result.count)
  }
}
