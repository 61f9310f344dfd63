import Streaming
import Testing

@testable import ser_live

@Suite("What the terminal view draws")
struct ViewDrawingTests {
  /// Somebody has been angry for some seconds, after an utterance in which they were sad.
  static func state() -> ViewState {
    var state = ViewState(labels: labels)
    state.source = "hw:1,0, 48000 Hz, 1 channel, s16"
    func hear(_ time: Double, _ label: Label, _ confidence: Float, level: Float) {
      let isSpeech = label != .silence
      state.update(
        Snapshot(
          time: time, label: label, confidence: confidence, probabilities: isSpeech ? angry : angry.map { _ in 0 },
          level: level, speech: isSpeech), latency: 0.0481)
    }
    hear(40, .silence, 1, level: -60)
    hear(44, .uncertain, 0.3, level: -20)
    hear(54, .emotion(3), 0.6, level: -12)
    state.note(
      Utterance(start: 40, end: 54, label: 3, confidence: 0.61, probabilities: angry, gender: [0.97, 0.03]))
    hear(55, .silence, 1, level: -60)
    hear(60, .emotion(4), 0.8123, level: -15)
    hear(60.04, .emotion(4), 0.8123, level: -20)
    return state
  }

  private func lines(
    _ state: ViewState = state(), columns: Int, rows: Int, colors: Terminal.Colors = .none, unicode: Bool = true
  ) -> [String] {
    let canvas = ViewDrawing.canvas(
      state, size: Terminal.Size(columns: columns, rows: rows), style: Terminal.Style(colors: colors, unicode: unicode))
    return (0..<rows).map { canvas.text(row: $0) }
  }

  @Test("A large terminal")
  func large() {
    let expected = """
       ser-live  hw:1,0, 48000 Hz, 1 channel, s16                                                               latency 48 ms

       ▄▀▀▀▄ █▄  █ ▄▀▀▀▀ █▀▀▀▄ ▀▄ ▄▀                                                                          ▄▀▀▀▄ ▄█  ██ ▄▀
       █▀▀▀█ █ ▀▄█ █  ▀█ █▀▀█    █                                                                            ▄▀▀▀▄  █   ▄▀▄▄
       ▀   ▀ ▀   ▀  ▀▀▀▀ ▀   ▀   ▀                                                                             ▀▀▀  ▀▀▀ ▀  ▀▀


       ● speech     female 97 %                                                                                          1:00
         level      ████████████████████████████████████████████████████████████████▋       │                          -20 dB

       n neutral    █                                                                                                     1 %
       c calm       ▍                                                                                                     0 %
       h happy      ████▉                                                                                                 5 %
       s sad        ██                                                                                                    2 %
      >a angry      ██████████████████████████████████████████████████████████████████████████████▊                      81 %
       f fearful    ██▉                                                                                                   3 %
       d disgust    █████▉                                                                                                6 %
       u surprised  █▍                                                                                                    1 %

                                                                                                                   ▂▂▂▂▂▂▂▂▂▂
                                                                                              ▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃  ██████████
                                                                                      ▂▂▂▂▂▂▂▂███████████████████  ██████████
                                                                                      ███████████████████████████  ██████████
       ···············································································?───────sad────────────────··angry─────
       -60 s                        -45 s                         -30 s                        -15 s                      now

       utterances
          0:40 – 0:54    ■ sad        61 %   female 97 %






       space pause  r reset  h help  q quit
      """
    #expect(lines(columns: 120, rows: 35).joined(separator: "\n") == expected)
  }

  @Test("An ordinary terminal")
  func ordinary() {
    let expected = """
       ser-live  hw:1,0, 48000 Hz, 1 channel, s16                       latency 48 ms

       ▄▀▀▀▄ █▄  █ ▄▀▀▀▀ █▀▀▀▄ ▀▄ ▄▀                                  ▄▀▀▀▄ ▄█  ██ ▄▀
       █▀▀▀█ █ ▀▄█ █  ▀█ █▀▀█    █                                    ▄▀▀▀▄  █   ▄▀▄▄
       ▀   ▀ ▀   ▀  ▀▀▀▀ ▀   ▀   ▀                                     ▀▀▀  ▀▀▀ ▀  ▀▀


       ● speech     female 97 %                                                  1:00
         level      ██████████████████████████████████████    │                -20 dB

       n neutral    ▋                                                             1 %
       c calm       ▎                                                             0 %
       h happy      ██▉                                                           5 %
       s sad        █▏                                                            2 %
      >a angry      ██████████████████████████████████████████████▎              81 %
       f fearful    █▊                                                            3 %
       d disgust    ███▍                                                          6 %
       u surprised  ▊                                                             1 %

                                                           ▂▂▂▂▂▅▅▅▅▅▅▅▅▅▅▅▅▅  ▆▆▆▆▆▆
       ····················································?────sad──────────··angry─
       -60 s              -45 s               -30 s              -15 s            now

       space pause  r reset  h help  q quit
      """
    #expect(lines(columns: 80, rows: 24).joined(separator: "\n") == expected)
  }

  @Test("A small terminal")
  func small() {
    let expected = """
       ser-live  hw:1,0, 48000  latency 48 ms
       ▞▀▖▙ ▌▞▀▘▛▀▖▚▗▘               ▞▀▖▟ █▗▘
       ▛▀▌▌▚▌▌▝▌▛▜  ▌                ▞▀▖▐ ▗▚▖
       ▘ ▘▘ ▘▝▀▘▘ ▘ ▘                ▝▀ ▀▘▘▝▘
       ● speech     female 97 %          1:00
         level      ███████████▍│      -20 dB
       neutral         1% >angry     ██▍  81%
       calm            0%  fearful   ▏     3%
       happy     ▏     5%  disgust   ▏     6%
       sad             2%  surprised       1%
       ·························?──sad───·a──
       space pause  r reset  h help  q quit
      """
    #expect(lines(columns: 40, rows: 12).joined(separator: "\n") == expected)
  }

  @Test("An ordinary terminal without block characters")
  func ascii() {
    let expected = """
       ser-live  hw:1,0, 48000 Hz, 1 channel, s16                       latency 48 ms

        ###  #   #  #### ####  #   #                                   ###   #  ##  #
       #   # ##  # #     #   #  # #                                   #   # ##  ## #
       ##### # # # #  ## ####    #                                     ###   #    #
       #   # #  ## #   # #  #    #                                    #   #  #   # ##
       #   # #   #  #### #   #   #                                     ###  ### #  ##

       * speech     female 97 %                                                  1:00
         level      ######################################    |                -20 dB

       n neutral    #                                                             1 %
       c calm                                                                     0 %
       h happy      ###                                                           5 %
       s sad        #                                                             2 %
      >a angry      ##############################################               81 %
       f fearful    ##                                                            3 %
       d disgust    ###                                                           6 %
       u surprised  #                                                             1 %

                                                                #############  ######
       ....................................................?----sad----------..angry-
       -60 s              -45 s               -30 s              -15 s            now
       space pause  r reset  h help  q quit
      """
    #expect(lines(columns: 80, rows: 24, unicode: false).joined(separator: "\n") == expected)
  }

  @Test("A small terminal without block characters")
  func smallASCII() {
    let expected = """
       ser-live  hw:1,0, 48000  latency 48 ms
       A N G R Y                         81 %
       * speech     female 97 %          1:00
         level      ########### |      -20 dB
       neutral         1% >angry     ##   81%
       calm            0%  fearful         3%
       happy           5%  disgust         6%
       sad             2%  surprised       1%
                                   ###### ###
       .........................?--sad---.a--
       -60 s              -30 s           now
       space pause  r reset  h help  q quit
      """
    #expect(lines(columns: 40, rows: 12, unicode: false).joined(separator: "\n") == expected)
  }

  @Test("Colours change no character but those of the timeline, whose areas need no lines")
  func colors() {
    for (columns, rows) in [(120, 35), (80, 24), (40, 12)] {
      let plain = lines(columns: columns, rows: rows)
      let colored = lines(columns: columns, rows: rows, colors: .all)
      #expect(zip(plain, colored).count { $0 != $1 } == 1)
      #expect(plain.map { $0.filter { $0 != "─" && $0 != " " } } == colored.map { $0.filter { $0 != " " } })
    }
  }

  private func canvas(_ state: ViewState, colors: Terminal.Colors, unicode: Bool = true) -> Canvas {
    ViewDrawing.canvas(
      state, size: Terminal.Size(columns: 80, rows: 24), style: Terminal.Style(colors: colors, unicode: unicode))
  }

  @Test("The label's colour fills the band from side to side; text on it can be read")
  func bandInColor() {
    let canvas = canvas(Self.state(), colors: .all)
    let orange = Color(0xD55E00)
    for row in 1...5 {
      for cell in canvas[row: row] {
        #expect(cell.style.background == orange && cell.style.foreground == Color(orange.isDark ? 0xFFFFFF : 0))
      }
    }
    #expect(canvas[row: 0].allSatisfy { $0.style.background == nil })
    // Each emotion's bar has its colour.
    let bars = canvas.cells.filter { $0.character == "█" && $0.style.background == nil }.compactMap(\.style.foreground)
    #expect(bars.contains(orange) && bars.contains(EmotionColors.color(of: 2, in: labels)))
  }

  @Test("Without colours there are none, and the band is inverse")
  func bandWithoutColor() {
    let canvas = canvas(Self.state(), colors: .none)
    #expect(canvas.cells.allSatisfy { $0.style.foreground == nil && $0.style.background == nil })
    #expect(canvas[row: 1].allSatisfy { $0.style.attributes == [.inverse, .bold] })
    for unicode in [false, true] {
      let text = self.canvas(Self.state(), colors: .none, unicode: unicode)
      #expect(unicode || text.cells.allSatisfy { $0.character.isASCII })
    }
  }

  @Test("Clipping is said in a word and stays for a second")
  func clipping() {
    var state = Self.state()
    func level(_ time: Double, clipping: Bool = false) -> String {
      var snapshot = state.snapshot
      (snapshot.time, snapshot.clipping, snapshot.level) = (time, clipping, -3)
      state.update(snapshot, latency: nil)
      return lines(state, columns: 80, rows: 24).first { $0.contains("level") }!
    }
    #expect(level(61).hasSuffix(" -3 dB"))
    #expect(level(61.04, clipping: true).hasSuffix(" CLIP"))
    #expect(level(62).hasSuffix(" CLIP"))
    #expect(level(62.08).hasSuffix(" -3 dB"))
  }

  @Test("A pause, help and messages are said")
  func states() {
    var state = Self.state()
    state.isPaused = true
    var text = lines(state, columns: 80, rows: 24)
    #expect(text[2].hasPrefix(" █▀▀▀▄ ▄▀▀▀▄ █   █ ▄▀▀▀▀ █▀▀▀▀ █▀▀▀▄"))
    #expect(text.last == " space resume  r reset  h help  q quit")
    #expect(text.contains { $0.hasPrefix(" ○ no speech") })
    state.showsHelp = true
    for (columns, rows) in [(120, 35), (40, 12)] {
      text = lines(state, columns: columns, rows: rows)
      #expect(text.contains { $0.contains("│ h      help") } && text.contains { $0.contains("└────") })
    }
    state.say("the \u{1B}[31mdevice\nis gone", clock: 10)
    #expect(lines(state, columns: 80, rows: 24).last == " the ?[31mdevice?is gone")
    state.tick(clock: 17.9)
    #expect(state.message != nil)
    state.tick(clock: 18)
    #expect(lines(state, columns: 80, rows: 24).last?.hasPrefix(" space") == true)
  }

  @Test("Any size is survived, with any labels", arguments: [Terminal.Colors.none, .all], [false, true])
  func anySize(colors: Terminal.Colors, unicode: Bool) {
    var strange = ViewState(
      labels: LabelSet(emotions: ["é", String(repeating: "long", count: 16), "aa", "a", "漢字"], genders: []))
    strange.update(
      Snapshot(
        time: 3700, label: .emotion(1), confidence: 1, probabilities: [0, 1, .nan, 0, 0], level: 3, clipping: true,
        speech: true), latency: 100)
    strange.note(Utterance(start: 0, end: 1, label: 4, confidence: 0, probabilities: [], gender: []))
    for state in [Self.state(), ViewState(labels: labels), strange] {
      var state = state
      for rows in 0...40 {
        for columns in [0, 1, 2, 3, 5, 8, 13, 21, 35, 36, 40, 55, 80, 200] {
          state.showsHelp = rows % 2 == 0
          let canvas = ViewDrawing.canvas(
            state, size: Terminal.Size(columns: columns, rows: rows),
            style: Terminal.Style(colors: colors, unicode: unicode))
          #expect(canvas.cells.count == rows * columns)
        }
      }
    }
  }

  @Test("Fifteen redraws a second cost less than a hundredth of a core, drawn and told to the terminal")
  func cost() {
    let clock = ContinuousClock()
    var state = Self.state()
    var writer = ScreenWriter(colors: .all)
    var fastest = Duration.seconds(1)
    for second in 0..<20 {
      let begin = clock.now
      for frame in 0..<15 {
        var snapshot = state.snapshot
        snapshot.time += 1 / 15
        snapshot.level = -Float((second + frame) % 40)
        snapshot.probabilities.shuffle()
        state.update(snapshot, latency: 0.05)
        let canvas = ViewDrawing.canvas(
          state, size: Terminal.Size(columns: 120, rows: 35), style: Terminal.Style(colors: .all, unicode: true))
        #expect(!writer.update(to: canvas).isEmpty)
      }
      fastest = min(fastest, clock.now - begin)
    }
    // The best of 20: whatever else runs can only add.
    #expect(fastest < .milliseconds(10), "\(fastest)")
  }
}
