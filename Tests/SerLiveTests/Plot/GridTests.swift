import Testing

@testable import ser_live

@Suite("Grid")
struct GridTests {
  /// 4 columns a second apart from 0 to 4 s, 2 rows from 0 to 2.
  private let grid = Grid(values: [1, 2, 3, 4, 5, 6, 7, 8], columns: 4, x: (0.5, 1), y: (0.5, 1))

  @Test("The same cells have the same values")
  func same() {
    #expect(grid.cells(4, 2, time: 0...4, range: 0...2) == [1, 2, 3, 4, 5, 6, 7, 8])
  }

  @Test("Larger cells have the mean, smaller ones the nearest value")
  func otherSizes() {
    #expect(grid.cells(2, 1, time: 0...4, range: 0...2) == [3.5, 5.5])
    #expect(grid.cells(8, 2, time: 0...4, range: 0...2) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8])
  }

  @Test("Outside there is nothing")
  func outside() {
    #expect(grid.cells(4, 2, time: -2...2, range: 0...2) == [nil, nil, 1, 2, nil, nil, 5, 6])
  }
}
