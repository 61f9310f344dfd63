/// Known chunks of WAV files.
enum WaveChunks {
  /// Known chunks other than samples. Their names never occur as samples, regardless of the data after them.
  private static let known: Set<String> = [
    "LIST", "INFO", "fact", "PEAK", "bext", "cue ", "smpl", "inst", "plst", "labl", "note", "ltxt", "JUNK", "junk",
    "PAD ",
    "FLLR", "iXML", "axml", "chna", "umid", "id3 ", "ID3 ", "DISP", "afsp", "cart", "levl", "minf", "elm1", "regn",
    "strc",
    "acid", "AFAn", "_PMX", "LGWV", "qlty", "mext", "link", "r64m", "SAUR", "ovwf", "CSET", "wavl", "slnt", "adtl",
    "ds64",
  ]

  /// Whether a chunk of this name is a known chunk other than samples.
  static func isKnown(_ name: String) -> Bool { known.contains(name) }

  /// Whether the size of a data chunk means "unknown": all ones, or about two gigabytes, as written by recorders to
  /// pipes (slightly less in SoX's AIFF).
  static func isUnknown(size: UInt32) -> Bool {
    size >= 0xFFFF_0000 || 0x7FFF_F000...0x8000_1000 ~= size || 0x7F00_0000...0x7F00_1000 ~= size
  }
}
