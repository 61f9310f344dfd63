import Foundation
import Models
import Support
import Testing

@testable import ser_live

@Suite struct OutputPlaceTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/places-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder + "/folder", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data("kept".utf8).write(to: URL(filePath: folder + "/file"))
    try body(folder)
    // Nothing is changed, nothing is left.
    #expect(try String(contentsOfFile: folder + "/file", encoding: .utf8) == "kept")
    #expect(try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() == ["file", "folder"])
  }

  @Test(
    arguments: [
      ("folder", "it is a folder"), ("folder/", "it is a folder"), ("new/", "it is a folder"),
      ("missing/new", "there is no folder"), ("file/new", "Not a directory"),
      (String(repeating: "n", count: 255), "File name too long"), ("", "--output is empty"),
    ], [OutputPlace.Way.replaced, .inPlace])
  func placesWhereNoFileCanBe(name: (String, String), way: OutputPlace.Way) throws {
    try withFolder { folder in
      let path = name.0.isEmpty ? "" : "\(folder)/\(name.0)"
      let error = #expect(throws: OperationError.self) { try OutputPlace.tryFile(path, way) }
      #expect(error?.kind == (path.isEmpty ? .usage : .inputOutput))
      #expect(error?.description.contains(name.1) == true, "\(error!)")
    }
  }

  @Test(arguments: ["file", "new", "folder/new"], [OutputPlace.Way.replaced, .inPlace])
  func placesWhereAFileCanBe(name: String, way: OutputPlace.Way) throws {
    try withFolder { folder in try OutputPlace.tryFile("\(folder)/\(name)", way) }
    try OutputPlace.tryFile("/dev/null", way)
  }

  @Test(
    arguments: [
      ("folder", nil), ("folder/", nil), ("new", nil), ("new/er/and/newer/", nil), ("file", "is not a folder"),
      ("file/new", "Not a directory"), ("file/new/er", "Not a directory"),
    ] as [(String, String?)])
  func foldersAreTriedWhereTheyWillBe(name: String, words: String?) throws {
    try withFolder { folder in
      guard let words else { return try OutputPlace.tryFolder("\(folder)/\(name)", makesParents: true) }
      let error = #expect(throws: OperationError.self) {
        try OutputPlace.tryFolder("\(folder)/\(name)", makesParents: true)
      }
      #expect(error?.kind == .inputOutput && error?.description.contains(words) == true, "\(error!)")
    }
  }

  @Test func aFolderThatIsMadeAloneNeedsTheOneAboveIt() throws {
    try withFolder { folder in
      try OutputPlace.tryFolder("\(folder)/new")
      let error = #expect(throws: OperationError.self) { try OutputPlace.tryFolder("\(folder)/new/er") }
      #expect(error?.description.hasPrefix("cannot make the folder \(folder)/new/er: No such file") == true)
    }
  }

  @Test func aFolderInThePlaceOfAResultIsFound() throws {
    try withFolder { folder in
      let error = #expect(throws: OperationError.self) { try OutputPlace.tryFolder(folder, files: ["file", "folder"]) }
      #expect(error?.description.contains("\(folder)/folder") == true)
    }
  }

  @Test func pipesAreWrittenToAndNotReplaced() throws {
    let path = FileManager.default.temporaryDirectory.path + "/pipe-\(UUID().uuidString)"
    try #require(mkfifo(path, 0o600) == 0)
    defer { unlink(path) }
    let reader = open(path, O_RDWR | O_NONBLOCK)
    defer { close(reader) }
    try OutputPlace.tryFile(path)
    try WholeFile.write([1, 2], to: path, flushed: true)
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    var bytes = [UInt8](repeating: 0, count: 4)
    #expect(read(reader, &bytes, 4) == 2 && bytes[..<2] == [1, 2])
  }
}
