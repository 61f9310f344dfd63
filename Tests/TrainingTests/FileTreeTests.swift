import Foundation
import Glibc
import Support
import TestSupport
import Testing

@testable import Training

@Suite("Walking folders")
struct FileTreeTests {
  /// A folder with empty files, and links with where they lead.
  private func with<R>(_ files: [String], links: [String: String] = [:], _ body: (String) throws -> R) throws -> R {
    try TemporaryFolder.with { root in
      for file in files {
        let folder = root.path(to: file.pathComponents.dropLast().joined(separator: "/"))
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let descriptor = open(root.path(to: file).cPath, O_CREAT | O_WRONLY, 0o600)
        try #require(descriptor >= 0)
        close(descriptor)
      }
      for (link, target) in links { try #require(symlink(target, root.path(to: link)) == 0) }
      return try body(root)
    }
  }

  private func walk(_ root: String) -> FileTree.Contents {
    var tree = FileTree()
    return tree.walk(root)
  }

  /// The paths below a folder.
  private func below(_ root: String, _ paths: [String]) -> [String] {
    paths.map { String($0.dropFirst(root.count + 1)) }
  }

  @Test("However links lead, each folder is read once, and by its own name where it has one")
  func links() throws {
    let links = ["a/up": "..", "a/again": "../a", "0": "b", "b/round": "../0", "self": ".", "b/a": "../a"]
    try with(["x.wav", "a/y.wav", "b/c/z.wav"], links: links) { root in
      let found = walk(root)
      #expect(below(root, found.files) == ["a/y.wav", "b/c/z.wav", "x.wav"])
      #expect(found.folders.count == 4 && found.unreadable.isEmpty && found.others == 0)
      // From within, the link to the folder above leads to the rest.
      #expect(below(root, walk("\(root)/a").files) == ["a/up/b/c/z.wav", "a/up/x.wav", "a/y.wav"])
      // What was walked once is left out later.
      var tree = FileTree()
      #expect(tree.walk("\(root)/b").files.count == 3 && tree.walk(root).files.isEmpty)
      #expect(tree.walk("\(root)/self").folders.isEmpty)
    }
  }

  @Test("Links to files count as such; those that lead nowhere show when they are opened")
  func fileLinks() throws {
    try with(["x.wav"], links: ["y.wav": "x.wav", "gone.wav": "nowhere", "loop.wav": "loop.wav"]) { root in
      #expect(below(root, walk(root).files) == ["gone.wav", "loop.wav", "x.wav", "y.wav"])
    }
  }

  @Test("What begins with a point is passed over; pipes are counted and not waited for")
  func others() throws {
    try with([".a.wav", ".d/b.wav", ".\u{301}c.wav", "x.wav"]) { root in
      try #require(mkfifo("\(root)/pipe.wav", 0o600) == 0)
      try #require(symlink("pipe.wav", "\(root)/link.wav") == 0)
      let found = walk(root)
      #expect(below(root, found.files) == ["x.wav"] && found.others == 2)
    }
  }

  @Test("Names that are not UTF-8, or look alike, are names of their own")
  func bytes() throws {
    let names = ["caf", "\u{E9}", "e\u{301}", "\u{10F7E9}"].map { Array($0.utf8) } + [[0x63, 0xE9], [0xFF, 0xFE]]
    try with(names.map { String(pathBytes: $0 + Array(".wav".utf8)) }) { root in
      let found = walk(root).files
      #expect(
        found.map { Array($0.pathBytes.dropFirst(root.utf8.count + 1).dropLast(4)) }
          == names.sorted { $0.lexicographicallyPrecedes($1) })
      for path in found { #expect(access(path.cPath, F_OK) == 0) }
    }
  }

  @Test("A deep tree is walked as far as paths reach; what lies deeper is reported, the rest is there")
  func deep() throws {
    try with(["x.wav"]) { root in
      let name = String(repeating: "d", count: 3)
      // More levels than a process may have files open, by steps: no path is that long.
      var folder = open(root, O_RDONLY | O_DIRECTORY)
      for level in 0..<1100 {
        try #require(mkdirat(folder, name, 0o700) == 0)
        let next = openat(folder, name, O_RDONLY | O_DIRECTORY)
        close(folder)
        folder = next
        if level == 900 { close(openat(folder, "y.wav", O_CREAT | O_WRONLY, 0o600)) }
      }
      close(folder)
      let found = walk(root)
      #expect(found.files.count == 2 && found.files[0].hasSuffix("/ddd/y.wav"))
      #expect(found.unreadable.count == 1)
      #expect(found.unreadable.first?.description.hasSuffix(": File name too long") == true)
      #expect(found.unreadable.first?.description.hasPrefix("cannot read the folder \(root)/ddd") == true)
      // Foundation does not remove what no path reaches.
      _ = try ChildProcess("/bin/rm", ["-r", "\(root)/ddd"]).end(within: .seconds(20))
    }
  }

  @Test("A folder that may not be read is reported once", .enabled(if: getuid() != 0, "root may read everything"))
  func closed() throws {
    try with(["a/x.wav", "b/y.wav"], links: ["c": "a"]) { root in
      chmod("\(root)/a", 0)
      defer { chmod("\(root)/a", 0o700) }
      let found = walk(root)
      #expect(below(root, found.files) == ["b/y.wav"])
      #expect(found.unreadable.map(\.description) == ["cannot read the folder \(root)/a: Permission denied"])
      let failure = #expect(throws: OperationError.self) { try RAVDESS.scan(root) }
      #expect(failure?.kind == .noInput && failure?.description == found.unreadable[0].description)
    }
  }

  @Test("A stop ends the walk")
  func stop() throws {
    try with(["x.wav", "a/y.wav"]) { root in
      let stop = StopFlag()
      var tree = FileTree(stop: stop)
      #expect(tree.walk(root).isWhole)
      stop.requestStop()
      tree = FileTree(stop: stop)
      let found = tree.walk(root)
      #expect(found.files.isEmpty && !found.isWhole)
    }
  }

  @Test("Data that cannot be walked as a whole is no data; an archive is to be unpacked")
  func data() throws {
    try with(["03-01-05-01-01-01-03.wav", "x.zip", "y", "z.csv"]) { root in
      #expect(try RAVDESS.scan(root).clips.count == 1)
      func failure(_ name: String) -> String {
        (#expect(throws: OperationError.self) { try RAVDESS.scan(root.path(to: name)) })?.description ?? ""
      }
      #expect(
        failure("x.zip").hasSuffix("x.zip: it is an archive: unpack it first, for example by unzip \(root)/x.zip"))
      #expect(failure("z.csv").hasSuffix("Not a directory"))
      try Data([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]).write(to: URL(filePath: "\(root)/y"))
      #expect(failure("y").hasSuffix("7z x \(root)/y"))
    }
  }

  @Test("What is passed over is counted, sound by its form")
  func passedOver() throws {
    func sentence(_ files: [String]) throws -> String? {
      try with(["r.wav"] + files) { root in PassedOver.sort(walk(root)).passedOver.sentence }
    }
    #expect(try sentence([]) == nil)
    #expect(try sentence([".hidden", "s.MP3"]) == nil)
    #expect(try sentence(["a.txt"]) == "passed over 1 file that is no recording")
    #expect(try sentence(["a.txt", "b"]) == "passed over 2 files that are no recordings")
    #expect(
      try sentence(["a.m4a", "b.M4A", "c.webm", "d.txt"])
        == "passed over 4 files: 2 .m4a, 1 .webm (to convert one: ffmpeg -i NAME.webm NAME.wav), 1 other")
    #expect(
      try sentence(["a.wma"]) == "passed over 1 file: 1 .wma (to convert one: ffmpeg -i NAME.wma NAME.wav)")
    try with(["a.m4a"]) { root in
      let failure = #expect(throws: OperationError.self) { try FileTree.recordings(at: root) }
      #expect(failure?.description.contains("that can be read, but 1 .m4a (to convert") == true)
    }
  }
}
