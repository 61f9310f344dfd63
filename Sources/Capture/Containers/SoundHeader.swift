/// The format at the beginning of an audio file or stream.
enum SoundHeader: Equatable {
  /// Microsoft's container with 32-bit sizes.
  case wave
  /// The same with 64-bit sizes: RF64, BW64.
  case wave64
  /// Sun's and NeXT's AU.
  case au
  case aiff
  case caf
  /// Sony's W64.
  case sonyWave64
  case flac
  case ogg
  /// MPEG audio after an ID3 tag; a FLAC may have one, too.
  case id3
  /// An unsupported container; its name.
  case other(String)

  /// Number of bytes that are examined.
  static let length = 12

  /// The human-readable name.
  var name: String {
    switch self {
    case .wave: "WAV"
    case .wave64: "WAV of 64 bits (RF64)"
    case .au: "AU"
    case .aiff: "AIFF"
    case .caf: "CAF"
    case .sonyWave64: "W64"
    case .flac: "FLAC"
    case .ogg: "Ogg"
    case .id3: "MP3"
    case .other(let name): name
    }
  }

  /// The format of these first bytes; nil where they are not a known header.
  ///
  /// - Parameter bytes: the first `length` bytes, or fewer at the end.
  init?(_ bytes: some Collection<UInt8>) {
    func tag(_ offset: Int) -> String { String(decoding: bytes.dropFirst(offset).prefix(4), as: UTF8.self) }
    switch tag(0) {
    case "RIFF" where tag(8) == "WAVE": self = .wave
    case "RIFF" where tag(8) == "AVI ": self = .other("AVI")
    case "RIFF" where bytes.count == Self.length: self = .other("RIFF")
    case "RIFX" where tag(8) == "WAVE": self = .other("big-endian WAV (RIFX)")
    case "RF64" where tag(8) == "WAVE", "BW64" where tag(8) == "WAVE": self = .wave64
    case ".snd": self = .au
    case "FORM" where ["AIFF", "AIFC"].contains(tag(8)): self = .aiff
    case "FORM" where bytes.count == Self.length: self = .other("IFF")
    case "caff": self = .caf
    case "riff" where tag(4).utf8.first == 0x2E: self = .sonyWave64
    case "fLaC": self = .flac
    case "OggS": self = .ogg
    case "wvpk": self = .other("WavPack")
    case "MAC ": self = .other("Monkey's Audio")
    case "#!AM": self = .other("AMR")
    case "NIST": self = .other("NIST Sphere")
    case "Crea" where tag(4) == "tive": self = .other("VOC")
    default:
      if bytes.starts(with: Array("ID3".utf8)) && bytes.dropFirst(3).first.map({ $0 < 0xFF }) == true {
        self = .id3
      } else if tag(4) == "ftyp" {
        self = .other("MP4")
      } else if bytes.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) {
        self = .other("Matroska or WebM")
      } else if bytes.starts(with: [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]) {
        self = .other("WMA")
      } else {
        return nil
      }
    }
  }
}
