import Testing

@testable import ser_live

@Suite("Comma-separated values")
struct CommaSeparatedTests {
  @Test("Fields are quoted where they must be")
  func quotes() {
    var table = CommaSeparated()
    for field in ["plain", "a,b", "say \"so\"", "two\nlines", "", "é"] { table.add(field) }
    table.endLine()
    table.add("next")
    table.endLine()
    #expect(
      String(decoding: table.bytes, as: UTF8.self)
        == "plain,\"a,b\",\"say \"\"so\"\"\",\"two\nlines\",,é\r\nnext\r\n")
  }

  @Test("A number is given back, bit for bit")
  func numbers() throws {
    let values: [Float] = [0, -0.0, 0.1, 1 / 3, 16_777_215, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -.pi]
    var table = CommaSeparated()
    for value in values { table.add(value) }
    let fields = String(decoding: table.bytes, as: UTF8.self).split(separator: ",")
    #expect(fields.map { Float($0)?.bitPattern } == values.map(\.bitPattern))
  }
}
