import Capture
import Streaming
import Testing

@testable import ser_live

@Suite("Statistics of a stream")
struct StreamStatisticsTests {
  @Test("What was lost and how late results were, in words")
  func report() {
    var statistics = StreamStatistics()
    for value in 1...1000 { statistics.rows.record(Double(value) * 1e-4) }
    let capture = CaptureStatistics(
      xruns: 2, lostSamples: 960, droppedSamples: 30, disconnections: 1, highWaterMark: 4800, capacity: 192_000)
    #expect(
      statistics.lines(time: 61.25, capture: capture, sampleRate: 48_000) == [
        "after 61.3 s: 2 xruns, 960 samples lost, 30 dropped, 1 disconnections, ring at most 100 ms of 4000 ms full",
        "capture to row:   p50 50.2 ms  p99 99.3 ms  p99.9 100.0 ms  max 100.0 ms  of 1000",
        "capture to label: none yet",
      ])
  }

  @Test("Raw input has no statistics, and says so")
  func raw() {
    let lines = StreamStatistics().lines(time: 1, capture: nil, sampleRate: 16_000)
    #expect(lines.count == 1 && lines[0].contains("raw input"))
  }

  @Test("A note stands above the display of a terminal")
  func note() throws {
    let pipe = TestPipe()
    let terminal = Terminal(output: pipe.output, style: .init(color: false, unicode: false)) {
      .init(columns: 80, rows: 24)
    }
    var sink = TerminalSink(labels: labels, terminal: terminal)
    try sink.refresh(
      Snapshot(
        time: 1, label: .silence, confidence: 1, probabilities: labels.emotions.map { _ in 0 }, level: -50,
        speech: false))
    try sink.note("all is well")
    var screen = Screen(columns: 80, rows: 24)
    screen.write(pipe.text())
    #expect(screen.text.first == "all is well" && screen.text.count > 5)
  }
}
