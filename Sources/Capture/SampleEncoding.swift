/// Sample formats of a raw stream: signed integers or floats, little-endian, without a header.
public enum SampleEncoding: String, CaseIterable, Sendable {
  /// 16 bits in two bytes.
  case s16le
  /// 24 bits in three bytes.
  case s24le
  /// 32 bits in four bytes.
  case s32le
  /// IEEE single precision, full scale ±1.
  case f32le

  var format: SampleFormat {
    switch self {
    case .s16le: .s16
    case .s24le: .s24Packed
    case .s32le: .s32
    case .f32le: .f32
    }
  }
}
