import Streaming
import Testing

@testable import ser_live

@Suite("The view of several channels")
struct ChannelViewTests {
  private func lines(_ count: Int, columns: Int, rows: Int) -> [String] {
    let states = Array(repeating: ViewDrawingTests.state(), count: count)
    let canvas = ViewDrawing.canvas(
      states, size: Terminal.Size(columns: columns, rows: rows), style: Terminal.Style(colors: .none, unicode: true))
    return (0..<rows).map { canvas.text(row: $0) }
  }

  @Test("Two are side by side in a hundred columns, with everything that one has")
  func beside() {
    let lines = lines(2, columns: 100, rows: 34)
    #expect(lines[0].hasPrefix(" ser-live  hw:1,0") && lines[0].hasSuffix("latency 48 ms"))
    #expect(lines[1].hasPrefix(" channel 1 ") && lines[1].contains("│ channel 2"))
    #expect(lines[33].hasPrefix(" space pause"))
    for word in ["speech", "female 97 %", "level", "-20 dB", ">a angry", "u surprised", "81 %", "now", "utterances"] {
      let line = lines.first { $0.contains(word) } ?? ""
      #expect(line.split(separator: "│").count { $0.contains(word) } >= 2, "\(word): \(line)")
    }
    // The present label in large letters, twice.
    #expect(lines.contains { $0.split(separator: "│").count { $0.contains("▞▀▖") } == 2 })
    #expect(lines.allSatisfy { $0.count <= 100 })
  }

  @Test("Where the terminal is narrow they are below each other")
  func below() {
    let lines = lines(2, columns: 70, rows: 24)
    #expect(lines[1] == " channel 1" && lines[12] == " channel 2")
    #expect(lines.count { $0.contains(">angry") || $0.contains(">a angry") } == 2)
    #expect(lines[23].hasPrefix(" space pause"))
  }

  @Test("One channel is the view that it always was")
  func single() {
    let size = Terminal.Size(columns: 100, rows: 30)
    let style = Terminal.Style(colors: .all, unicode: true)
    let state = ViewDrawingTests.state()
    #expect(
      ViewDrawing.canvas([state], size: size, style: style) == ViewDrawing.canvas(state, size: size, style: style))
  }

  @Test("No two parts overlap, none lies outside, and there is a part for each, at any size that has room")
  func grid() {
    for channels in 2...12 {
      for columns in stride(from: 20, through: 250, by: 7) {
        for rows in stride(from: 14, through: 80, by: 6) {
          let grid = ChannelGrid(channels: channels, columns: columns, rows: rows)
          var taken: Set<Int> = []
          for channel in 0..<channels {
            let place = grid[channel]
            #expect(place.column >= 0 && place.column + place.size.columns <= columns)
            for row in place.row..<place.row + place.size.rows {
              #expect(row >= 1 && row < rows - 1, "\(channels) channels, \(columns) × \(rows)")
              for column in place.column..<place.column + place.size.columns {
                #expect(taken.insert(row * columns + column).inserted)
              }
            }
          }
        }
      }
    }
    #expect(ChannelGrid(channels: 2, columns: 81, rows: 24).across == 2)
    #expect(ChannelGrid(channels: 2, columns: 80, rows: 24).across == 1)
    #expect(ChannelGrid(channels: 4, columns: 100, rows: 40).across == 2)
    // Five below each other would have four rows each.
    #expect(ChannelGrid(channels: 5, columns: 80, rows: 24).across == 2)
  }

  @Test("Nothing is drawn outside of terminals that are too small")
  func tiny() {
    for rows in 0...8 {
      for columns in [0, 1, 10, 30] { #expect(lines(6, columns: columns, rows: rows).count == rows) }
    }
  }
}
