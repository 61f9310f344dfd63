/// What is known of chunks of WAV files.
enum WaveChunks {
  /// Chunks that stand beside samples. Their names are no samples, whatever follows.
  private static let known: Set<String> = [
    "LIST", "INFO", "fact", "PEAK", "bext", "cue ", "smpl", "inst", "plst", "labl", "note", "ltxt", "JUNK", "junk",
    "PAD ",
    "FLLR", "iXML", "axml", "chna", "umid", "id3 ", "ID3 ", "DISP", "afsp", "cart", "levl", "minf", "elm1", "regn",
    "strc",
    "acid", "AFAn", "_PMX", "LGWV", "qlty", "mext", "link", "r64m", "SAUR", "ovwf", "CSET", "wavl", "slnt", "adtl",
    "ds64",
  ]

  /// Whether a chunk of this name is known to stand beside samples.
  static func isKnown(_ name: String) -> Bool { known.contains(name) }

  /// Whether a size of a data chunk says that it was not known when it was written: all ones, or about two gigabytes, as
  /// recorders that write to pipes have it (SoX a little less for AIFF).
  static func isUnknown(size: UInt32) -> Bool {
    size >= 0xFFFF_0000 || 0x7FFF_F000...0x8000_1000 ~= size || 0x7F00_0000...0x7F00_1000 ~= size
  }
}
