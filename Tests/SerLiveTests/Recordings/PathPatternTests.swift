import Foundation
import Glibc
import Support
import Testing

@testable import ser_live

@Suite("Patterns of paths")
struct PathPatternTests {
  private static let files = [
    "a.wav", "b.flac", "Über.wav", ".hidden.wav", "d/e.wav", "d/f/g.wav", ".h/i.wav", "odd[1].wav", "d/x*y.wav",
  ]

  /// A folder with empty files, in the working folder's place of patterns.
  private func with<R>(links: [String: String] = [:], _ body: (String) throws -> R) throws -> R {
    let root = FileManager.default.temporaryDirectory.path + "/pattern-tests-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    for file in Self.files {
      let path = root.path(to: file)
      let folder = "/" + path.pathComponents.dropLast().joined(separator: "/")
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data().write(to: URL(filePath: path))
    }
    for (link, target) in links { try #require(symlink(target, root.path(to: link)) == 0) }
    return try body(root)
  }

  private func matches(_ pattern: String, in root: String) -> [String] {
    PathPattern(root.path(to: pattern)).matches(stop: StopFlag()).paths.map { String($0.dropFirst(root.count + 1)) }
  }

  @Test("Names are found as a shell finds them, characters of several bytes included")
  func names() throws {
    try with { root in
      #expect(matches("*.wav", in: root) == ["a.wav", "odd[1].wav", "Über.wav"])
      #expect(matches("?.wav", in: root) == ["a.wav"])
      #expect(matches("?ber.wav", in: root) == ["Über.wav"])
      #expect(matches("[ab].*", in: root) == ["a.wav", "b.flac"])
      #expect(matches("[!a].*", in: root) == ["b.flac"])
      #expect(matches(".*.wav", in: root) == [".hidden.wav"])
      #expect(matches("*/e.wav", in: root) == ["d/e.wav"])
      #expect(matches("*/", in: root) == ["d"])
      #expect(matches("d/x\\*y.wav", in: root) == ["d/x*y.wav"] && matches("odd\\[*", in: root) == ["odd[1].wav"])
      #expect(
        matches("z*", in: root).isEmpty && matches("*/z", in: root).isEmpty && matches("a.wav/*", in: root).isEmpty)
    }
  }

  @Test("Two stars are folders of any depth, none included, and hidden ones left out")
  func deep() throws {
    try with(links: ["d/up": "..", "d/f/again": "../../d"]) { root in
      #expect(
        matches("**/*.wav", in: root) == ["a.wav", "d/e.wav", "d/f/g.wav", "d/x*y.wav", "odd[1].wav", "Über.wav"])
      #expect(matches("**/g.wav", in: root) == ["d/f/g.wav"])
      #expect(matches("**/a.wav", in: root) == ["a.wav"])
      #expect(matches("d/**/?.wav", in: root) == ["d/e.wav", "d/f/g.wav", "d/up/a.wav"])
      #expect(matches("**/f/**/*.wav", in: root).contains("d/f/g.wav"))
      #expect(matches("d/**", in: root) == ["d"])
      // Within a name they are no more than one.
      #expect(matches("**.flac", in: root) == ["b.flac"])
      #expect(PathPattern("a/**/b").isDeep && !PathPattern("a/**.wav").isDeep)
    }
  }

  @Test("Bytes that are not UTF-8 are found and stand for a character each")
  func bytes() throws {
    try with { root in
      let name = String(pathBytes: Array("caf".utf8) + [0xE9] + Array(".wav".utf8))
      close(open(root.path(to: name).cPath, O_CREAT | O_WRONLY, 0o600))
      #expect(matches("caf*.wav", in: root) == [name])
      #expect(matches("caf?.wav", in: root) == [name])
      #expect(matches(String(pathBytes: Array("*".utf8) + [0xE9] + Array(".wav".utf8)), in: root) == [name])
    }
  }

  @Test("Links that lead nowhere are found, for opening them tells; a stop ends the search")
  func links() throws {
    try with(links: ["gone.wav": "nowhere"]) { root in
      #expect(matches("g*.wav", in: root) == ["gone.wav"])
      let stop = StopFlag()
      stop.requestStop()
      #expect(PathPattern(root.path(to: "**/*.wav")).matches(stop: stop).paths.isEmpty)
    }
  }
}
