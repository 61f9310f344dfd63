import Testing

@testable import ser_live

@Suite("Rows become columns")
struct RowColumnsTests {
  @Test("Every value is joined in its way", arguments: [1, 7, 8, 9, 16, 33, 1024, 3001])
  func joining(count: Int) {
    // Whole numbers, so that the sums of powers of two of them are exact.
    let rows = (0..<count).map { row -> [Float] in
      let value = Float((row * 7919) % 1009)
      return [value, value, row % 3 == 0 ? 0 : 200]
    }
    var columns = RowColumns(joining: [.largest, .mean, .meanOfNonzero], limit: 8)
    for row in rows { columns.push(row.span) }
    columns.finish()
    #expect(columns.rows == count)
    #expect(columns.columns <= 8)
    let joined = columns.rowsPerColumn
    #expect(joined == 1 || count > 8 * joined / 2)
    let groups = stride(from: 0, to: count, by: joined).map { rows[$0..<min($0 + joined, count)] }
    #expect(columns[value: 0] == groups.map { $0.map { $0[0] }.max()! })
    for (mean, group) in zip(columns[value: 1], groups) {
      let expected = group.reduce(0) { $0 + $1[1] } / Float(group.count)
      // A few roundings of single precision.
      #expect(abs(mean - expected) <= 1e-6 * expected)
    }
    #expect(columns[value: 2] == groups.map { group in group.contains { $0[2] > 0 } ? 200 : 0 })
    #expect(columns.rows(0..<2) == columns[value: 0] + columns[value: 1])
  }

  @Test("No rows are no columns")
  func nothing() {
    var columns = RowColumns(joining: [.mean], limit: 2)
    columns.finish()
    #expect(columns.columns == 0 && columns.values.isEmpty)
  }
}
