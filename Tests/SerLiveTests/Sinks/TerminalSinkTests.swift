import Glibc
import Streaming
import Synchronization
import Testing

@testable import ser_live

@Suite struct TerminalSinkTests {
  private let pipe = TestPipe()
  private let clock = TestClock()

  private func snapshot(_ time: Double, level: Float = -20, clipping: Bool = false) -> Snapshot {
    Snapshot(
      time: time, label: .emotion(4), confidence: 0.8123, probabilities: angry, level: level, clipping: clipping,
      speech: true)
  }

  private func sink(
    columns: Int = 60, rows: Int = 24, color: Bool = false, unicode: Bool = false
  ) -> TerminalSink {
    let terminal = Terminal(output: pipe.output, style: Terminal.Style(color: color, unicode: unicode)) {
      Terminal.Size(columns: columns, rows: rows)
    }
    return TerminalSink(names: names, terminal: terminal) { [clock] in clock.time }
  }

  private let display = [
    " A N G R Y   0.81                           * speech 1.0 s",
    " level      #####################                  -20 dB",
    " neutral                                             0.01",
    " calm                                                0.00",
    " happy      ##                                       0.05",
    " sad        #                                        0.02",
    " angry      ################################         0.81",
    " fearful    #                                        0.03",
    " disgust    ##                                       0.06",
    " surprised  #                                        0.01",
  ]

  @Test func showsLabelLevelAndBars() throws {
    var sink = sink()
    try sink.refresh(snapshot(1))
    var screen = Screen(columns: 60, rows: 24)
    screen.write(pipe.text())
    #expect(screen.unexpected.isEmpty)
    #expect(!screen.cursorShown)
    #expect(screen.text.joined(separator: "\n") == display.joined(separator: "\n"))
  }
}
