/// Telephony codecs of ITU-T G.711: eight bits per sample, in steps that grow with the level.
enum G711 {
  /// The sample for a byte of A-law, full scale ±1.
  static func aLaw(_ byte: UInt8) -> Float {
    // Every other bit is inverted for transmission; the highest bit marks positive samples.
    let code = byte ^ 0x55
    let exponent = Int(code >> 4 & 7)
    let step = Int(code & 15) << 4 + 8
    let magnitude = exponent == 0 ? step : (step + 0x100) << (exponent - 1)
    return Float(code & 0x80 == 0 ? -magnitude : magnitude) * 0x1p-15
  }

  /// The sample for a byte of µ-law, full scale ±1.
  static func muLaw(_ byte: UInt8) -> Float {
    // All bits are inverted; the highest bit then marks negative samples.
    let code = ~byte
    let magnitude = (Int(code & 15) << 3 + 0x84) << Int(code >> 4 & 7) - 0x84
    return Float(code & 0x80 == 0 ? magnitude : -magnitude) * 0x1p-15
  }
}
