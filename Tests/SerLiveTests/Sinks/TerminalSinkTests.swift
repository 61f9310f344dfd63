import Glibc
import Streaming
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
    return TerminalSink(labels: labels, terminal: terminal) { [clock] in clock.time }
  }

  private let display = [
    " A N G R Y   0.81                           * speech  1.0 s",
    " level      ##########################               -20 dB",
    " neutral                                               0.01",
    " calm                                                  0.00",
    " happy      ##                                         0.05",
    " sad        #                                          0.02",
    " angry      ################################           0.81",
    " fearful    #                                          0.03",
    " disgust    ##                                         0.06",
    " surprised  #                                          0.01",
  ]

  @Test func showsLabelLevelAndBars() throws {
    var sink = sink()
    try sink.refresh(snapshot(1))
    var screen = Screen(columns: 60, rows: 24)
    screen.write(pipe.text())
    #expect(screen.unexpected.isEmpty)
    #expect(!screen.cursorShown)
    #expect(screen.text == display)
  }

  @Test func blocksAndColoursWhereTheTerminalHasThem() throws {
    var sink = sink(color: true, unicode: true)
    try sink.refresh(snapshot(1))
    let text = pipe.text()
    #expect(text.contains("\u{1B}[1;31m█"), "the bar of the present label in its colour")
    #expect(text.contains("●"))
    var screen = Screen(columns: 60, rows: 24)
    screen.write(text)
    #expect(screen.text.count == display.count)
    // 0.0136544 of 39 columns are four and a quarter eighths.
    #expect(screen.text.last?.contains(" surprised  ▌ ") == true)
  }

  @Test func noColorMeansNone() throws {
    var sink = sink(color: false, unicode: true)
    try sink.refresh(snapshot(1, clipping: true))
    var screen = Screen(columns: 60, rows: 24)
    screen.write(pipe.text())
    #expect(Set(screen.attributes) == ["0", "1", "1;7"])
  }

  @Test func redrawsInPlace() throws {
    var sink = sink()
    var screen = Screen(columns: 60, rows: 12)
    for step in 1...50 {
      clock.time = Double(step) * 0.1
      try sink.refresh(snapshot(Double(step) * 0.1))
      screen.write(pipe.text())
      #expect(screen.text.count == display.count)
    }
    #expect(screen.text.dropFirst() == display.dropFirst())
    #expect(screen.text[0].hasSuffix("* speech  5.0 s"))
    #expect(screen.scrolled.isEmpty)
  }

  @Test func redrawsTenToFifteenTimesASecond() throws {
    var sink = sink()
    var draws = 0
    for row in 0..<250 {
      clock.time = Double(row) * 0.04
      try sink.refresh(snapshot(clock.time))
      if !pipe.text().isEmpty { draws += 1 }
    }
    #expect((100...150).contains(draws), "in 10 s")
  }

  @Test func listsUtterancesAboveTheDisplay() throws {
    var sink = sink()
    var screen = Screen(columns: 60, rows: 14)
    for step in 1...8 {
      clock.time = Double(step)
      try sink.refresh(snapshot(1))
      try sink.receive(samples[0].event)
      try sink.receive(samples[3].event)
      screen.write(pipe.text())
    }
    // The display stays at the bottom, the list above it, label changes in neither.
    let all = screen.scrolled + screen.text
    #expect(all == [String](repeating: samples[3].text, count: 8) + display)
    #expect(screen.unexpected.isEmpty)
  }

  @Test func listsLinesWiderThanTheTerminal() throws {
    var sink = sink()
    try sink.refresh(snapshot(1))
    let path = String(repeating: "long/", count: 30)
    try sink.receive(
      .file(FileVerdict(path: path, duration: 1, speech: 1, label: .emotion(0), confidence: 1, probabilities: angry)))
    var screen = Screen(columns: 60, rows: 24)
    screen.write(pipe.text())
    let all = screen.scrolled + screen.text
    #expect(all.suffix(display.count) == display[...])
    #expect(all.dropLast(display.count).joined().hasPrefix(path + ": neutral 1.00"))
  }

  @Test func firstEventCanComeBeforeTheFirstSnapshot() throws {
    var sink = sink()
    try sink.receive(samples[5].event)
    var screen = Screen(columns: 60, rows: 24)
    screen.write(pipe.text())
    #expect(screen.text.first == samples[5].text)
    #expect(screen.text[1].hasPrefix(" S I L E N C E"))
  }

  @Test(arguments: [40, 41, 50, 79, 80, 81, 200]) func fitsTheWidth(columns: Int) throws {
    for (index, level) in [(4, Float(-20)), (7, -120), (5, 0)] {
      let pipe = TestPipe()
      let terminal = Terminal(output: pipe.output, style: Terminal.Style(color: true, unicode: true)) {
        Terminal.Size(columns: columns, rows: 24)
      }
      var sink = TerminalSink(labels: labels, terminal: terminal)
      var snapshot = snapshot(98_765.43, level: level, clipping: true)
      snapshot.label = .emotion(index)
      try sink.refresh(snapshot)
      var screen = Screen(columns: columns, rows: 24)
      screen.write(pipe.text())
      #expect(screen.text.count == display.count)
      #expect(screen.text.allSatisfy { $0.count < columns })
      #expect(screen.text[0].hasSuffix("98765.4 s"))
      #expect(screen.text[1].hasSuffix("  CLIP"))
      #expect(screen.text[2].hasSuffix("0.01"))
      let name = labels.emotions[index].uppercased()
      #expect(screen.text[0].filter { $0 != " " }.hasPrefix(name))
    }
  }

  @Test func lowTerminalShowsTheMostImportantLines() throws {
    var sink = sink(rows: 5)
    var screen = Screen(columns: 60, rows: 5)
    for step in 1...5 {
      clock.time = Double(step)
      try sink.refresh(snapshot(1))
      screen.write(pipe.text())
    }
    #expect(screen.text == Array(display.prefix(4)))
    #expect(screen.scrolled.isEmpty)
  }

  @Test func anySizeIsSurvived() throws {
    for columns in 0...45 {
      for rows in 0...14 {
        var sink = sink(columns: columns, rows: rows)
        clock.time += 1
        try sink.refresh(snapshot(1))
        clock.time += 1
        try sink.refresh(snapshot(1))
        sink.close()
        #expect(pipe.text().hasSuffix("\u{1B}[?25h"))
      }
    }
  }

  @Test func survivesANarrowerTerminal() throws {
    // A screen of 40 columns wraps what was drawn for 60 as a terminal does that becomes narrower.
    let columns = TestClock()
    columns.time = 60
    let terminal = Terminal(output: pipe.output, style: Terminal.Style(color: false, unicode: false)) {
      Terminal.Size(columns: Int(columns.time), rows: 40)
    }
    var sink = TerminalSink(labels: labels, terminal: terminal) { [clock] in clock.time }
    var screen = Screen(columns: 40, rows: 40)
    try sink.receive(samples[5].event)
    try sink.refresh(snapshot(1))
    screen.write(pipe.text())
    #expect(screen.text.count > display.count + 2)
    columns.time = 40
    clock.time = 1
    try sink.refresh(snapshot(2))
    screen.write(pipe.text())
    #expect(screen.text.count == display.count + 2, "the warning takes two rows, the display no more than it needs")
    #expect(screen.text.last?.hasSuffix("0.01") == true)
  }

  @Test func clippingMarkStaysForASecond() throws {
    var sink = sink()
    var screen = Screen(columns: 60, rows: 24)
    func marked(_ snapshot: Snapshot) throws -> Bool {
      clock.time += 1
      try sink.refresh(snapshot)
      screen.write(pipe.text())
      return screen.text[1].hasSuffix("CLIP")
    }
    #expect(try !marked(snapshot(1)))
    #expect(try marked(snapshot(1.04, clipping: true)))
    #expect(try marked(snapshot(2)))
    #expect(try !marked(snapshot(2.08)))
  }

  @Test func stoppedTerminalHoldsNothingUp() throws {
    var sink = sink()
    try sink.refresh(snapshot(1))
    _ = pipe.text()
    try pipe.output.write([UInt8](repeating: 0, count: 65536))
    clock.time += 1
    try sink.refresh(snapshot(2))  // Would block if it wrote.
    _ = pipe.text()
    try sink.refresh(snapshot(3))
    #expect(pipe.text().contains("speech  3.0 s"))
  }

  @Test func leavesTheTerminalAsItWas() throws {
    var sink = sink()
    var screen = Screen(columns: 60, rows: 24)
    screen.write("$ ser-live\r\n")
    try sink.refresh(snapshot(1))
    try sink.receive(samples[3].event)
    sink.close()
    screen.write(pipe.text() + "$ ")
    #expect(screen.text == ["$ ser-live", samples[3].text, "$ "])
    #expect(screen.cursorShown)
    sink.close()
    #expect(pipe.text() == "", "closing twice does nothing")
  }

  @Test func readerThatHasGoneEndsIt() throws {
    let gone = Output(descriptor: pipe.writer) { _, _, _ in
      errno = EPIPE
      return -1
    }
    let terminal = Terminal(output: gone, style: Terminal.Style(color: false, unicode: false)) {
      Terminal.Size(columns: 60, rows: 24)
    }
    var sink = TerminalSink(labels: labels, terminal: terminal)
    #expect(throws: SinkError.closed) { try sink.refresh(snapshot(1)) }
    #expect(throws: SinkError.closed) { try sink.receive(samples[3].event) }
    sink.close()
  }
}

@Suite struct TerminalTests {
  @Test(
    arguments: [
      ([:], true, false),
      (["NO_COLOR": "1", "LANG": "de_DE.UTF-8"], false, true),
      (["NO_COLOR": "", "LANG": "en_US.utf8"], true, true),
      (["LC_ALL": "C", "LANG": "en_US.UTF-8"], true, false),
      (["LC_ALL": "", "LC_CTYPE": "C.UTF-8", "LANG": "C"], true, true),
    ] as [([String: String], Bool, Bool)])
  func styleFollowsTheEnvironment(environment: [String: String], color: Bool, unicode: Bool) {
    let style = Terminal.Style { environment[$0] }
    #expect(style == Terminal.Style(color: color, unicode: unicode))
  }

  /// A pseudo-terminal; the display writes to `terminal`, the test reads at `controller`.
  private final class PseudoTerminal {
    let controller: Int32
    let terminal: Int32

    init() throws {
      var ends: (controller: Int32, terminal: Int32) = (-1, -1)
      try #require(openpty(&ends.controller, &ends.terminal, nil, nil, nil) == 0)
      (controller, terminal) = ends
    }

    deinit {
      close(terminal)
      close(controller)
    }

    func resize(columns: UInt16, rows: UInt16) {
      var window = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
      #expect(ioctl(terminal, UInt(TIOCSWINSZ), &window) == 0)
    }
  }

  @Test func onlyARealTerminalIsRedrawn() throws {
    let pseudo = try PseudoTerminal()
    let output = Output(descriptor: pseudo.terminal)
    #expect(Terminal.redraws(output) { ["TERM": "xterm-256color"][$0] })
    #expect(!Terminal.redraws(output) { ["TERM": "dumb"][$0] })
    #expect(!Terminal.redraws(output) { _ in nil })
    #expect(!Terminal.redraws(TestPipe().output) { ["TERM": "xterm"][$0] })
  }

  @Test func sizeIsAskedEachTime() throws {
    let pseudo = try PseudoTerminal()
    let terminal = Terminal(output: Output(descriptor: pseudo.terminal))
    #expect(terminal.size() == Terminal.Size(columns: 80, rows: 24), "what an unset size stands for")
    pseudo.resize(columns: 132, rows: 50)
    #expect(terminal.size() == Terminal.Size(columns: 132, rows: 50))
    pseudo.resize(columns: 40, rows: 10)
    #expect(terminal.size() == Terminal.Size(columns: 40, rows: 10))
  }
}
