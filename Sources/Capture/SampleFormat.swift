/// Sample formats in memory, little-endian unless stated otherwise, and the conversion of interleaved frames to mono
/// f32.
enum SampleFormat: Sendable, CaseIterable {
  case s16
  /// 24 bits in three bytes.
  case s24Packed
  /// 24 bits in the low three bytes of four.
  case s24
  case s32
  case f32
  case f64
  /// 8 bits, zero at 128.
  case u8
  case s8
  case s16BigEndian
  /// 24 bits in three bytes.
  case s24BigEndian
  case s32BigEndian
  case f32BigEndian
  case f64BigEndian
  /// G.711, used in European telephony.
  case aLaw
  /// G.711, used in American and Japanese telephony.
  case muLaw

  /// Bytes per sample.
  var width: Int {
    switch self {
    case .u8, .s8, .aLaw, .muLaw: 1
    case .s16, .s16BigEndian: 2
    case .s24Packed, .s24BigEndian: 3
    case .s24, .s32, .f32, .s32BigEndian, .f32BigEndian: 4
    case .f64, .f64BigEndian: 8
    }
  }

  /// The name, as for `--encoding`.
  var name: String {
    switch self {
    case .s16: "s16le"
    case .s24Packed: "s24le"
    case .s24: "s24le in four bytes"
    case .s32: "s32le"
    case .f32: "f32le"
    case .f64: "f64le"
    case .u8: "u8"
    case .s8: "s8"
    case .s16BigEndian: "s16be"
    case .s24BigEndian: "s24be"
    case .s32BigEndian: "s32be"
    case .f32BigEndian: "f32be"
    case .f64BigEndian: "f64be"
    case .aLaw: "A-law"
    case .muLaw: "mu-law"
    }
  }

  /// Decodes `frames` frames of `channels` interleaved samples from the front of `bytes` to the front of `samples`.
  ///
  /// Integers are divided by their full scale, as in libsndfile, so that a file and a pipe give the same bits.
  /// - Parameter selection: The channels to decode. Where several are, samples beyond full scale are kept, so that
  ///   their mean equals the mix; non-finite samples become NaN.
  func decode(
    _ bytes: RawSpan, frames: Int, channels: Int, selection: ChannelSelection = .mix,
    into samples: inout MutableSpan<Float>
  ) {
    precondition(bytes.byteCount >= frames * channels * width)
    precondition(samples.count >= frames * selection.delivered(of: channels) && selection.fits(channels))
    switch self {
    case .s16:
      mix(bytes, frames, channels, selection, &samples) { bytes, offset in
        // SAFETY: the precondition above keeps every offset that `mix` uses inside `bytes`; here and below.
        Float(Int16(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Int16.self)))
          * 0x1p-15
      }
    case .s24Packed:
      mix(bytes, frames, channels, selection, &samples) { bytes, offset in
        let low = UInt16(
          littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt16.self))
        let high = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset + 2, as: Int8.self)
        return Float(Int32(high) << 16 | Int32(low)) * 0x1p-23
      }
    case .s24:
      mix(bytes, frames, channels, selection, &samples) { bytes, offset in
        let word = Int32(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Int32.self))
        // The top byte is undefined: shifting it out also extends the sign.
        return Float((word << 8) >> 8) * 0x1p-23
      }
    case .s32:
      mix(bytes, frames, channels, selection, &samples) { bytes, offset in
        Float(Int32(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Int32.self)))
          * 0x1p-31
      }
    case .f32:
      mix(bytes, frames, channels, selection, &samples) { bytes, offset in
        Float(
          bitPattern: UInt32(
            littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self)))
      }
    case .f64:
      mix(bytes, frames, channels, selection, &samples) { bytes, offset in
        Float(
          Double(
            bitPattern: UInt64(
              littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))))
      }
    case .u8:
      mix(bytes, frames, channels, selection, &samples) { bytes, offset in
        (Float(bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)) - 128) * 0x1p-7
      }
    case .s8:
      mix(bytes, frames, channels, selection, &samples) { bytes, offset in
        Float(bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: Int8.self)) * 0x1p-7
      }
    case .s16BigEndian:
      mix(bytes, frames, channels, selection, &samples) { bytes, offset in
        Float(Int16(bigEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Int16.self))) * 0x1p-15
      }
    case .s24BigEndian:
      mix(bytes, frames, channels, selection, &samples) { bytes, offset in
        let high = bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: Int8.self)
        let low = UInt16(
          bigEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset + 1, as: UInt16.self))
        return Float(Int32(high) << 16 | Int32(low)) * 0x1p-23
      }
    case .s32BigEndian:
      mix(bytes, frames, channels, selection, &samples) { bytes, offset in
        Float(Int32(bigEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Int32.self))) * 0x1p-31
      }
    case .f32BigEndian:
      mix(bytes, frames, channels, selection, &samples) { bytes, offset in
        Float(
          bitPattern: UInt32(
            bigEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self)))
      }
    case .f64BigEndian:
      mix(bytes, frames, channels, selection, &samples) { bytes, offset in
        Float(
          Double(
            bitPattern: UInt64(
              bigEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))))
      }
    case .aLaw:
      mix(bytes, frames, channels, selection, &samples) { bytes, offset in
        G711.aLaw(bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self))
      }
    case .muLaw:
      mix(bytes, frames, channels, selection, &samples) { bytes, offset in
        G711.muLaw(bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self))
      }
    }
  }

  @inline(__always)
  private func mix(
    _ bytes: RawSpan, _ frames: Int, _ channels: Int, _ selection: ChannelSelection,
    _ samples: inout MutableSpan<Float>,
    load: (RawSpan, Int) -> Float
  ) {
    let frameWidth = channels * width
    if case .only(let number) = selection {
      let first = (number - 1) * width
      for frame in 0..<frames { samples[frame] = load(bytes, frame * frameWidth + first).clampedToFullScale }
    } else if channels == 1 {
      for frame in 0..<frames { samples[frame] = load(bytes, frame * width).clampedToFullScale }
    } else if selection == .all {
      for index in 0..<frames * channels {
        let sample = load(bytes, index * width)
        samples[index] = sample.isFinite ? sample : .nan
      }
    } else {
      for frame in 0..<frames {
        var sum: Float = 0
        for channel in 0..<channels { sum += load(bytes, frame * frameWidth + channel * width) }
        samples[frame] = (sum / Float(channels)).clampedToFullScale
      }
    }
  }
}

extension Float {
  /// The value clamped to [-1, 1]; NaN where it is not finite, so that it can be detected.
  var clampedToFullScale: Float {
    if magnitude <= 1 { return self }
    return isFinite ? (self < 0 ? -1 : 1) : .nan
  }
}

extension MutableSpan<Float> {
  /// The index of the first NaN among the first `count` values, if there is one.
  func firstNaN(count: Int) -> Int? {
    for index in 0..<count where self[index].isNaN { return index }
    return nil
  }
}
