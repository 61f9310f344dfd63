import Glibc
import Support

/// The kind of a file, judged by its name and its first bytes.
package enum FileKind: Equatable {
  /// Probably a readable recording.
  case recording
  /// Audio or video in an unsupported format; the value is the common name of the format.
  case foreign(String)
  /// An archive of files.
  case archive
  case other

  /// File extensions that count as recordings in folders.
  private static let recordings: Set = [
    "wav", "wave", "flac", "ogg", "oga", "opus", "mp3", "aiff", "aif", "aifc", "au", "snd", "caf", "w64", "rf64",
  ]
  /// File extensions of other audio and video, and the names of the formats.
  private static let foreign = [
    "m4a": "MPEG-4 audio", "m4b": "MPEG-4 audio", "mp4": "MPEG-4", "m4v": "MPEG-4", "mov": "QuickTime",
    "3gp": "3GPP", "3ga": "3GPP", "3g2": "3GPP", "aac": "AAC", "adts": "AAC", "webm": "WebM", "weba": "WebM",
    "mkv": "Matroska", "mka": "Matroska", "wma": "Windows Media", "wmv": "Windows Media", "asf": "Windows Media",
    "amr": "AMR", "awb": "AMR", "ac3": "AC-3", "ape": "Monkey's Audio", "wv": "WavPack", "tta": "True Audio",
    "mpc": "Musepack", "dts": "DTS", "dsf": "DSD", "dff": "DSD", "ra": "RealAudio", "rm": "RealMedia", "avi": "AVI",
    "mpg": "MPEG video", "mpeg": "MPEG video", "flv": "Flash video", "spx": "Speex",
  ]
  private static let archives: Set = ["zip", "tar", "tgz", "tbz2", "txz", "gz", "bz2", "xz", "zst", "7z", "rar"]

  /// By the file extension.
  package init(name: String) {
    let end = Self.end(name)
    if Self.recordings.contains(end) {
      self = .recording
    } else if let form = Self.foreign[end] {
      self = .foreign(form)
    } else {
      self = Self.archives.contains(end) ? .archive : .other
    }
  }

  /// By the first bytes, or else by the file extension.
  ///
  /// - Parameter head: the first 512 bytes, or fewer in a shorter file.
  package init(name: String, head: [UInt8]) {
    func has(_ text: String, at place: Int = 0) -> Bool { head.dropFirst(place).starts(with: text.utf8) }
    func begins(_ bytes: UInt8...) -> Bool { head.starts(with: bytes) }
    if has("ftyp", at: 4) || has("moov", at: 4) {
      self = .foreign("MPEG-4")
    } else if begins(0x1A, 0x45, 0xDF, 0xA3) {
      self = .foreign("WebM or Matroska")
    } else if begins(0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11) {
      self = .foreign("Windows Media")
    } else if begins(0xFF, 0xF1) || begins(0xFF, 0xF9) {
      self = .foreign("AAC")
    } else if has("#!AMR") {
      self = .foreign("AMR")
    } else if has("PK\u{3}\u{4}") || has("Rar!\u{1A}\u{7}") || has("ustar", at: 257)
      || begins(0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C) || begins(0x1F, 0x8B, 0x08) || has("BZh")
      || begins(0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00) || begins(0x28, 0xB5, 0x2F, 0xFD)
    {
      self = .archive
    } else {
      self.init(name: name)
    }
  }

  /// A remedy for an unsupported file, for the end of a sentence; nil where none is known.
  ///
  /// - Parameter path: of the file; nil for standard input.
  package func advice(path: String?) -> String? {
    switch self {
    case .recording, .other: nil
    case .foreign(let form): "it is \(form), which must be converted first: \(Self.conversion(path))"
    case .archive: "it is an archive: unpack it first" + (path.map { ", for example by \(Self.unpacking($0))" } ?? "")
    }
  }

  /// The command that converts it to a recording.
  private static func conversion(_ path: String?) -> String {
    guard let path else { return "ffmpeg -i INPUT -f wav - | ser-live file -" }
    let end = end(path)
    let stem = end.isEmpty ? path : String(path.dropLast(end.count + 1))
    return ShellText.command(["ffmpeg", "-i", path.asOperand, "\(stem).\(end == "wav" ? "flac" : "wav")".asOperand])
  }

  private static func unpacking(_ path: String) -> String {
    let lowered = path.lowercased()
    let operand = path.asOperand
    let words =
      switch end(path) {
      case "zip": ["unzip", operand]
      case "7z", "rar": ["7z", "x", operand]
      case let end where end == "tar" || end.hasPrefix("t") || lowered.hasSuffix(".tar.\(end)"):
        ["tar", "-xf", operand]
      case "gz": ["gunzip", "-k", operand]
      case "bz2": ["bunzip2", "-k", operand]
      case "xz": ["unxz", "-k", operand]
      case "zst": ["unzstd", operand]
      default: ["7z", "x", operand]
      }
    return ShellText.command(words)
  }

  /// The file extension, in lower case and without its point; empty where there is none.
  package static func end(_ path: String) -> String {
    let bytes = path.utf8
    let start = bytes.lastIndex(of: UInt8(ascii: "/")).map { bytes.index(after: $0) } ?? bytes.startIndex
    let name = bytes[start...]
    guard let point = name.lastIndex(of: UInt8(ascii: ".")), point > start else { return "" }
    return String(Substring(name[name.index(after: point)...])).lowercased()
  }

  /// The first bytes of an open file; its position does not change. Empty for unseekable input, such as a pipe.
  package static func head(of descriptor: Int32) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 512) { buffer, count in
      // SAFETY: `pread` writes at most as many bytes as there is room for.
      count = max(0, pread(descriptor, buffer.baseAddress, buffer.count, 0))
    }
  }
}

extension String {
  /// A path that no command parses as an option.
  fileprivate var asOperand: String { utf8.first == UInt8(ascii: "-") ? "./\(self)" : self }
}
