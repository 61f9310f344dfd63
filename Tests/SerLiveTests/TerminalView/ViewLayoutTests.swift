import Testing

@testable import ser_live

@Suite("Which rows of the terminal show what")
struct ViewLayoutTests {
  private func rows(_ layout: ViewLayout) -> [Int] {
    [layout.status, layout.facts, layout.meter, layout.strip, layout.axis, layout.hints].compactMap { $0 }
      + [layout.band, layout.bars, layout.graph, layout.utterances].flatMap { Array($0) }
  }

  @Test("No row shows two things, and none lies outside")
  func apart() {
    for height in 0...60 {
      for (columns, letters) in [(20, nil), (40, 3), (80, 5)] as [(Int, Int?)] {
        for emotions in 1...20 {
          let used = rows(ViewLayout(rows: height, columns: columns, emotions: emotions, letters: letters))
          #expect(Set(used).count == used.count && used.allSatisfy { 0..<height ~= $0 })
        }
      }
    }
  }

  @Test("More rows never take away what is important of what fewer showed")
  func growing() {
    var before = 0
    for height in 0...60 {
      let layout = ViewLayout(rows: height, columns: 80, emotions: 8, letters: 3)
      let shown = [
        layout.band.first, layout.meter, layout.status, layout.bars.first, layout.facts,
        layout.band.count > 2 ? 1 : nil, layout.strip, layout.hints,
      ].count { $0 != nil }
      #expect(shown >= before, "\(height) rows")
      before = shown
    }
    #expect(before == 8)
  }

  @Test("In twelve rows everything but the axis and the list has room, two bars in a row")
  func small() {
    let layout = ViewLayout(rows: 12, columns: 40, emotions: 8, letters: 3)
    #expect(layout.band == 1..<4 && layout.bars == 6..<10 && layout.barsAcross == 2)
    #expect(layout.strip == 10 && layout.hints == 11 && layout.axis == nil && layout.utterances.isEmpty)
  }
}
