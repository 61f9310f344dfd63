import Foundation
import Testing

@testable import ser_live

@Suite("Arrays in NumPy's format")
struct NumPyFileTests {
  @Test("An array has the very bytes that numpy.save writes")
  func golden() throws {
    let golden = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Golden/numpy.npy")
    let values: [Float] = [1, -2.5, 0, 3, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
    #expect(try NumPyFile.encode(values, columns: 2) == [UInt8](Data(contentsOf: golden)))
  }

  @Test("Data begin at a multiple of 64 bytes, however many rows there are", arguments: [0, 1, 9, 10, 99_999])
  func alignment(rows: Int) {
    let bytes = NumPyFile.encode([Float](repeating: 1, count: rows), columns: 1)
    let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    #expect(start.isMultiple(of: 64))
    #expect(bytes.count == start + 4 * rows)
    #expect(bytes[start - 1] == 0x0A)
  }
}
