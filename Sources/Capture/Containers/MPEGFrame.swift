/// The header of a frame of MPEG audio: four bytes.
struct MPEGFrame: Equatable {
  /// The properties that all frames of a stream share, for a decoder.
  struct Kind: Equatable {
    /// 1 for MPEG-1, 2 for MPEG-2, 3 for MPEG-2.5.
    var version: Int
    /// 1, 2 or 3.
    var layer: Int
    /// Samples per second.
    var sampleRate: Int
    var isMono: Bool
  }

  static let length = 4

  var kind: Kind
  /// Bytes to the next frame.
  var size: Int
  private var hasChecksum: Bool

  /// Samples per channel.
  var samples: Int {
    switch (kind.layer, kind.version) {
    case (1, _): 384
    case (3, 2...): 576
    default: 1152
    }
  }

  /// Offset of the mark, "Xing" or "Info", in the information frame that encoders put first.
  var markOffset: Int {
    let side = kind.version == 1 ? (kind.isMono ? 17 : 32) : (kind.isMono ? 9 : 17)
    return Self.length + side
  }

  private static let rates = [44_100, 48_000, 32_000]
  /// kbit/s by index, from 1.
  private static let bitRates: [[Int]] = [
    [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ]

  /// nil where the four bytes are not such a header, or have a free bit rate, which does not determine the size.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard bytes.count >= Self.length else { return nil }
    let word = Int(bytes.prefix(Self.length).bigEndian)
    let (version, layer) = (word >> 19 & 3, 4 - (word >> 17 & 3))
    let (bitRate, rate) = (word >> 12 & 15, word >> 10 & 3)
    guard word >> 21 == 0x7FF, version != 1, layer != 4, 1...14 ~= bitRate, rate != 3, word & 3 != 2 else { return nil }
    let number = version == 3 ? 1 : version == 2 ? 2 : 3
    kind = Kind(
      version: number, layer: layer, sampleRate: Self.rates[rate] >> (number - 1), isMono: word >> 6 & 3 == 3)
    hasChecksum = word >> 16 & 1 == 0
    let table = number == 1 ? layer - 1 : layer == 1 ? 3 : 4
    let bits = 1000 * Self.bitRates[table][bitRate - 1]
    let padding = word >> 9 & 1
    size =
      layer == 1
      ? (12 * bits / kind.sampleRate + padding) * 4
      : (layer == 3 && number > 1 ? 72 : 144) * bits / kind.sampleRate + padding
  }
}
