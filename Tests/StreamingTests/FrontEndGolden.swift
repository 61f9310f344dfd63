import Foundation

/// Signals and librosa's features of them, written by Tests/Golden/librosa_reference.py.
struct Golden {
  private let file: Data
  private let entries: [String: Entry]

  private struct Entry {
    let shape: [Int]
    let bytes: Range<Int>
  }

  /// Reads Tests/Golden/librosa.safetensors: eight bytes of length, a JSON header, the values.
  init() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Golden/librosa.safetensors")
    file = try Data(contentsOf: path)
    let length = Int(file.prefix(8).withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
    let header = try JSONSerialization.jsonObject(with: file[8..<8 + length]) as! [String: [String: Any]]
    entries = header.filter { $0.key != "__metadata__" }.mapValues { entry in
      let offsets = entry["data_offsets"] as! [Int]
      return Entry(shape: entry["shape"] as! [Int], bytes: 8 + length + offsets[0]..<8 + length + offsets[1])
    }
  }

  func shape(_ name: String) throws -> [Int] { try entry(name).shape }

  func values(_ name: String) throws -> [Float] {
    try file[entry(name).bytes].withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
    }
  }

  private func entry(_ name: String) throws -> Entry {
    guard let entry = entries[name] else { throw CocoaError.keyValueNotFound(name) }
    return entry
  }
}

extension CocoaError {
  fileprivate static func keyValueNotFound(_ name: String) -> CocoaError {
    CocoaError(.fileReadCorruptFile, userInfo: [NSLocalizedDescriptionKey: "no tensor \(name)"])
  }
}
