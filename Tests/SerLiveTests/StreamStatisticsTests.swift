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
        "capture to frame: p50 50.2 ms  p99 99.3 ms  p99.9 100.0 ms  max 100.0 ms  of 1000",
        "capture to label: none yet",
      ])
  }

  @Test("Raw input has no statistics, and says so")
  func raw() {
    let lines = StreamStatistics().lines(time: 1, capture: nil, sampleRate: 16_000)
    #expect(lines.count == 1 && lines[0].contains("raw input"))
  }
}
