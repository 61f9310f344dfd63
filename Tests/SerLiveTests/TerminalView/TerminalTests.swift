import Glibc
import Testing

@testable import ser_live

@Suite struct TerminalTests {
  @Test(
    arguments: [
      ([:], .palette, false),
      (["NO_COLOR": "1", "LANG": "de_DE.UTF-8"], .none, true),
      (["NO_COLOR": "", "LANG": "en_US.utf8"], .palette, true),
      (["LC_ALL": "C", "LANG": "en_US.UTF-8"], .palette, false),
      (["LC_ALL": "", "LC_CTYPE": "C.UTF-8", "LANG": "C"], .palette, true),
      (["COLORTERM": "truecolor", "TERM": "xterm-256color"], .all, false),
      (["COLORTERM": "truecolor", "NO_COLOR": "1"], .none, false),
      (["TERM": "vt220"], .none, false),
      (["TERM": "xterm-mono"], .none, false),
    ] as [([String: String], Terminal.Colors, Bool)])
  func styleFollowsTheEnvironment(environment: [String: String], colors: Terminal.Colors, unicode: Bool) {
    let style = Terminal.Style { environment[$0] }
    #expect(style == Terminal.Style(colors: colors, unicode: unicode))
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
