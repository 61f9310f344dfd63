import Foundation
import Testing

@testable import ser_live

@Suite("Recordings of a command line")
struct RecordingListTests {
  private func names(_ paths: [String]) throws -> [String] {
    try RecordingList(paths, reserved: "index").entries.map(\.name)
  }

  /// A folder with empty files of these names.
  private func with<R>(_ names: [String], _ body: (URL) throws -> R) throws -> R {
    let folder = FileManager.default.temporaryDirectory.appending(path: "list-tests-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in names {
      let url = folder.appending(path: name)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: url)
    }
    return try body(folder)
  }

  @Test("Files have their own names, made unique")
  func files() throws {
    #expect(try names(["/a/talk.wav"]) == ["talk"])
    #expect(try names(["/a/talk.wav", "b.c.flac", ".hidden", "none"]) == ["talk", "b.c", ".hidden", "none"])
    #expect(try names(["talk.wav", "talk.flac"]) == ["talk.wav", "talk.flac"])
    #expect(try names(["a/talk.wav", "b/talk.wav", "c/talk.wav"]) == ["talk.wav", "talk.wav-2", "talk.wav-3"])
    #expect(try names(["index.wav", "index"]) == ["index.wav", "index-2"])
    #expect(try !RecordingList(["a.wav"], reserved: "index").isMany)
    #expect(try RecordingList(["a.wav", "b.wav"], reserved: "index").isMany)
  }

  @Test("Files of a folder keep their places in it; what is no recording is passed over")
  func folders() throws {
    let files = ["b/two.FLAC", "one.wav", "b/notes.txt", "b/.hidden.wav"]
    try with(files) { folder in
      for path in [folder.path, folder.path + "/"] {
        let list = try RecordingList([path], reserved: "index")
        #expect(list.isMany)
        #expect(list.entries.map(\.name) == ["b/two", "one"])
        #expect(list.entries.map(\.path) == ["b/two.FLAC", "one.wav"].map { "\(folder.path)/\($0)" })
      }
      let name = folder.lastPathComponent
      #expect(try names([folder.path, "/x/three.ogg"]) == ["\(name)/b/two", "\(name)/one", "three"])
      // Nothing leaves the folder of the arrays.
      #expect(try names(["\(folder.path)/b/..", "three.ogg"]) == ["\(name)/b/two", "\(name)/one", "three"])
    }
  }
}
