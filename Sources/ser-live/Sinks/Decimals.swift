extension Double {
  /// The number with `places` decimals, rounded to nearest, independent of the locale.
  /// - Parameters:
  ///   - places: 0…9.
  ///   - trimmed: whether zeros at the end of the decimals are left out.
  func decimals(_ places: Int, trimmed: Bool = false) -> String {
    precondition(0...9 ~= places)
    let unit = (0..<places).reduce(1) { unit, _ in unit * 10 }
    // Not finite, or too large for decimals to be significant.
    guard let scaled = Int(exactly: (self * Double(unit)).rounded()) else { return description }
    let sign = scaled < 0 ? "-" : ""
    let whole = scaled.magnitude / UInt(unit)
    var digits = String(scaled.magnitude % UInt(unit))
    digits = String(repeating: "0", count: places - min(digits.count, places)) + digits
    if trimmed || places == 0 {
      while digits.hasSuffix("0") { digits.removeLast() }
    }
    return digits.isEmpty ? "\(sign)\(whole)" : "\(sign)\(whole).\(digits)"
  }
}

extension Float {
  /// The number with `places` decimals, like `Double.decimals`.
  func decimals(_ places: Int, trimmed: Bool = false) -> String {
    Double(self).decimals(places, trimmed: trimmed)
  }
}
