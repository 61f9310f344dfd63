import Foundation
import Testing

/// What `docs/architecture.md` says of the modules, read from their sources.
@Suite("Architecture")
struct ArchitectureTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  /// Our modules, and which of the others each may import.
  private static let imports: [String: Set<String>] = [
    "Support": [], "Capture": ["Support"], "Models": ["Support"], "Streaming": ["Support", "Models"],
    "Training": ["Support", "Capture", "Models", "Streaming"],
  ]

  private func sources(below folder: String) throws -> [(path: String, text: String)] {
    let folder = Self.root.appending(path: folder)
    let paths = try #require(FileManager.default.enumerator(atPath: folder.path)).compactMap { $0 as? String }
    return try paths.filter { $0.hasSuffix(".swift") }.map { path in
      (path, try String(contentsOf: folder.appending(path: path), encoding: .utf8))
    }
  }

  private func imported(_ text: String) -> Set<String> {
    Set(
      text.split(separator: "\n").filter { $0.hasPrefix("import ") || $0.hasPrefix("@testable import ") }
        .compactMap { $0.split(separator: " ").last.map(String.init) })
  }

  @Test("No module imports one above it", arguments: Self.imports.keys.sorted())
  func layers(module: String) throws {
    let files = try sources(below: "Sources/\(module)")
    try #require(!files.isEmpty)
    let ours = Set(Self.imports.keys)
    for (path, text) in files {
      let wrong = imported(text).intersection(ours).subtracting(Self.imports[module]!)
      #expect(wrong.isEmpty, "\(module)/\(path)")
    }
  }
}
