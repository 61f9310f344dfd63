import Foundation
import Support
import Testing

@testable import ser_live

@Suite("Lists of paths")
struct PathListTests {
  private func paths(_ bytes: [UInt8]) throws -> [String] {
    let path = FileManager.default.temporaryDirectory.path + "/list-tests-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(bytes).write(to: URL(filePath: path))
    let list = try PathList(path, stop: StopFlag())
    #expect(list.isFile)
    var paths: [String] = []
    while let path = try list.next() { paths.append(path) }
    #expect(try list.next() == nil)
    return paths
  }

  @Test(
    "Lines end in either way, a byte order mark and empty lines are passed over, all else is part of a name",
    arguments: [
      ("a\nb\n", ["a", "b"]), ("a\r\nb", ["a", "b"]), ("\u{FEFF}a\nb", ["a", "b"]), ("\u{FEFF}", []), ("", []),
      ("\n\r\n a b \n\n", [" a b "]), ("\u{FEFF}\r\na", ["a"]), ("a\u{2028}b\u{85}c\n", ["a\u{2028}b\u{85}c"]),
      ("a\u{FEFF}\n", ["a\u{FEFF}"]), ("a\0b\nc\0", ["a", "b\nc"]), ("a\r\0", ["a\r"]), ("\0\0a", ["a"]),
    ])
  func lines(_ text: String, _ expected: [String]) throws {
    #expect(try paths(Array(text.utf8)) == expected)
  }

  @Test("Names that are not UTF-8 keep their bytes; a list longer than a piece is read whole")
  func bytes() throws {
    #expect(try paths([0xE9, 0x0A, 0xEF, 0xBB, 0x0A]).map(\.pathBytes) == [[0xE9], [0xEF, 0xBB]])
    let names = (0..<30_000).map { "talk \($0).wav" }
    #expect(try paths(Array(names.joined(separator: "\r\n").utf8)) == names)
  }

  @Test(
    "UTF-16 is refused, a missing list, too",
    arguments: [[0xFF, 0xFE, 0x61, 0], [0xFE, 0xFF, 0, 0x61], [0xFF, 0xFE]])
  func foreign(bytes: [UInt8]) throws {
    let error = #expect(throws: OperationError.self) { try paths(bytes) }
    #expect(error?.kind == .badData && error?.description.hasSuffix("is UTF-16: save the list as UTF-8") == true)
    #expect(throws: OperationError.self) { try PathList("/no/such", stop: StopFlag()) }
  }

  @Test("A stop ends the waiting for a pipe that nobody writes to")
  func stop() throws {
    let path = FileManager.default.temporaryDirectory.path + "/list-tests-\(UUID().uuidString)"
    try #require(mkfifo(path, 0o600) == 0)
    defer { unlink(path) }
    let stop = StopFlag()
    let list = try PathList(path, stop: stop)
    #expect(!list.isFile)
    let start = ContinuousClock.now
    Thread {
      usleep(100_000)
      stop.requestStop()
    }.start()
    #expect(try list.next() == nil)
    #expect(ContinuousClock.now - start < .seconds(1))
  }
}
