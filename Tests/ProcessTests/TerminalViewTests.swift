import Foundation
import Glibc
import Support
import TestSupport
import Testing

/// The whole program in a real terminal: what it shows, what keys do, and how it leaves the terminal.
@Suite(
  "The terminal view", .timeLimit(.minutes(3)), .serialized, .enabled(if: Tmux.isAvailable, "\(Tmux.requirement)"))
struct TerminalViewTests {
  /// Runs the program on standard input, from which the beginning of a recording comes and then nothing more.
  ///
  /// - Parameters:
  ///   - seconds: of the recording, in which somebody is angry from 0.9 s to 2.6 s.
  ///   - command: what the shell is to do, from the program's command.
  private func listen(
    _ seconds: Double, columns: Int = 80, rows: Int = 24, environment: [String: String] = [:],
    command: (String) -> String = { $0 },
    _ body: (_ terminal: Tmux, _ folder: URL) throws -> Void
  ) throws {
    let bytes = try Recording(path: Program.angry).resampled(to: 16_000).bytes(.s16le)
    try withTemporaryFolder { folder in
      let pipe = folder.appending(path: "sound").path
      try #require(mkfifo(pipe, 0o600) == 0)
      // For reading, too: so opening waits for nobody.
      let descriptor = open(pipe, O_RDWR | O_CLOEXEC)
      defer { close(descriptor) }
      let terminal = try Tmux(columns: columns, rows: rows, in: folder, environment: environment)
      try terminal.run(command("\(Program.path) live --device - --rate 16000 < sound"))
      let sound = Array(bytes.prefix(Int(seconds * 16_000) * 2))
      var rest = sound[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress!, $0.count) }
        try #require(count > 0)
        rest = rest.dropFirst(count)
      }
      try body(terminal, folder)
    }
  }

  @Test(
    "It shows the label, what is heard, every emotion and the keys, in three sizes",
    arguments: [(120, 35), (80, 24), (40, 12)])
  func sizes(columns: Int, rows: Int) throws {
    try listen(2.3, columns: columns, rows: rows) { terminal, _ in
      try #require(terminal.waits { $0.contains("● speech") && $0.contains(">a angry") || $0.contains(">angry") })
      let screen = terminal.screen
      #expect(screen.count == rows && screen.allSatisfy { $0.count <= columns })
      #expect(screen[0].contains("ser-live  standard input"))
      let text = screen.joined(separator: "\n")
      for word in ["level", "dB", "space pause", "r reset", "q quit", "neutral", "surprised"] {
        #expect(text.contains(word), "\(word)")
      }
      // Large letters, and the label's colour behind them.
      #expect(text.contains(columns > 40 ? "▄▀▀▀▄ █▄  █" : "▞▀▖"))
      #expect(terminal.attributedScreen.contains("48;2;213;94;0"))
      try terminal.press("q")
      #expect(terminal.waitsForPrompt())
    }
  }

  @Test("After an utterance it tells the gender and lists what was said")
  func utterance() throws {
    try listen(3.3, rows: 35) { terminal, _ in
      try #require(terminal.waits { $0.contains("utterances") && $0.contains("■ angry") })
      #expect(terminal.waits { $0.contains("○ no speech") && $0.contains(/\bmale 98 %/) })
      try terminal.press("q")
      #expect(terminal.waitsForPrompt())
    }
  }

  @Test("Keys: help, pause, reset and quit")
  func keys() throws {
    try listen(3.3, rows: 35) { terminal, _ in
      try #require(terminal.waits { $0.contains("■ angry") })
      try terminal.press("h")
      #expect(terminal.waits { $0.contains("uncertain: speech, but no emotion") })
      try terminal.press("h")
      #expect(terminal.waits { !$0.contains("uncertain: speech") })
      try terminal.press("Space")
      #expect(terminal.waits { $0.contains("space resume") })
      try terminal.press("Up")  // Its sequence holds letters that are no keys.
      try terminal.press("Space")
      #expect(terminal.waits { $0.contains("space pause") })
      try terminal.press("r")
      #expect(terminal.waits { !$0.contains("■ angry") })
      try terminal.press("q")
      #expect(terminal.waitsForPrompt())
      #expect(try terminal.isSane())
    }
  }

  @Test("It follows the terminal's size")
  func resizing() throws {
    try listen(2.3) { terminal, _ in
      try #require(terminal.waits { $0.contains(">a angry") })
      try terminal.resize(columns: 40, rows: 12)
      #expect(terminal.waits { $0.contains(">angry") && $0.contains("space pause") })
      try terminal.resize(columns: 100, rows: 40)
      #expect(terminal.waits { $0.contains(">a angry") && $0.contains("utterances") })
      try terminal.press("q")
      #expect(terminal.waitsForPrompt())
    }
  }

  @Test(
    "However it ends, the terminal is as it was", arguments: ["q", "C-c", "C-\\", "TERM", "SEGV", "ABRT"])
  func ending(how: String) throws {
    // Unlike the shell with its line editing, this one puts nothing right after a crash.
    func watched(_ command: String) -> String {
      "sh -c 'trap : INT QUIT; stty -g > before; \(command); echo code $?; stty -g > after'"
    }
    try listen(2.3, command: watched) { terminal, folder in
      try #require(terminal.waits { $0.contains(">a angry") })
      #expect(try !terminal.isSane())
      if let signal = ["TERM": SIGTERM, "SEGV": SIGSEGV, "ABRT": SIGABRT][how] {
        kill(try terminal.process("ser-live"), signal)
      } else {
        try terminal.press(how)
      }
      let code: Int32 = ["C-\\": 128 + SIGQUIT, "SEGV": 128 + SIGSEGV, "ABRT": 128 + SIGABRT][how] ?? 0
      #expect(terminal.waits { $0.contains("code \(code)\n\(Tmux.prompt)") }, "\(terminal.screen)")
      #expect(try terminal.isSane())
      func modes(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      }
      #expect(try modes("after") == modes("before"))
    }
  }

  @Test("Ctrl-Z gives the terminal to the shell, fg brings the view back, as often as wanted")
  func stopping() throws {
    try listen(2.3) { terminal, _ in
      for _ in 0..<2 {
        try #require(terminal.waits { $0.contains(">a angry") })
        try terminal.press("C-z")
        try #require(terminal.waits { $0.contains("Stopped") })
        #expect(try terminal.isSane())
        #expect(!terminal.screen.contains { $0.contains(">a angry") })
        try terminal.run("fg")
      }
      try #require(terminal.waits { $0.contains(">a angry") })
      try terminal.press("q")
      #expect(terminal.waitsForPrompt())
      #expect(try terminal.isSane())
    }
  }

  @Test("In the background it hears on and leaves the terminal alone; stopped from outside it comes back whole")
  func background() throws {
    try listen(2.3) { terminal, _ in
      try #require(terminal.waits { $0.contains(">a angry") })
      try terminal.press("C-z")
      try #require(terminal.waits { $0.contains("Stopped") })
      try terminal.run("bg; sleep 0.5; echo here")
      #expect(terminal.waits { $0.contains("\nhere") })
      #expect(try terminal.isSane())
      try terminal.run("fg")
      try #require(terminal.waits { $0.contains(">a angry") })
      kill(try terminal.process("ser-live"), SIGSTOP)
      try #require(terminal.waits { $0.contains("Stopped") })
      try terminal.run("clear; fg")
      #expect(terminal.waits { $0.contains(">a angry") && $0.contains("space pause") })
      try terminal.press("q")
      #expect(terminal.waitsForPrompt())
      #expect(try terminal.isSane())
    }
  }

  @Test("A second signal ends the program at once, and the terminal is as it was")
  func twice() throws {
    try withTemporaryFolder { folder in
      let terminal = try Tmux(columns: 80, rows: 24, in: folder)
      try terminal.run("\(Program.path) file --realtime \(Program.angry)")
      try #require(terminal.waits { $0.contains(">a angry") })
      let process = try terminal.process("ser-live")
      // Both arrive before it can end by itself.
      kill(process, SIGSTOP)
      kill(process, SIGINT)
      kill(process, SIGTERM)
      kill(process, SIGCONT)
      #expect(terminal.waits { $0.contains(Tmux.prompt) && !$0.contains(">a angry") })
      #expect(try terminal.isSane())
    }
  }

  @Test("NO_COLOR means no colours, another locale means no other characters than ASCII")
  func plainTerminals() throws {
    try listen(2.3, environment: ["NO_COLOR": "1", "LC_ALL": "C"]) { terminal, _ in
      try #require(terminal.waits { $0.contains("* speech") && $0.contains(">a angry") })
      let text = terminal.attributedScreen
      #expect(text.allSatisfy { $0.isASCII })
      #expect(!text.contains("38;") && !text.contains("48;"))
      #expect(terminal.screen.contains { $0.contains(" ###  #   #") })
      try terminal.press("q")
      #expect(terminal.waitsForPrompt())
    }
  }

  @Test("A terminal that cannot redraw, and a pipe, get plain lines", arguments: ["TERM=dumb", "cat"])
  func lines(how: String) throws {
    try withTemporaryFolder { folder in
      let terminal = try Tmux(columns: 80, rows: 24, in: folder)
      let command = "\(Program.path) file --realtime \(Program.angry)"
      try terminal.run(how == "cat" ? "clear; \(command) | cat" : "clear; \(how) \(command)")
      try #require(terminal.waits { $0.contains("s of speech in") }, "\(terminal.screen)")
      #expect(terminal.screen.contains { $0.contains("s  angry      0.") })
      #expect(terminal.screen.contains { $0.hasPrefix("utterance 0.") })
      #expect(!terminal.attributedScreen.contains("\u{1B}["))
    }
  }

  @Test("Recordings at their own pace are shown likewise; verdicts and errors stand on the terminal afterwards")
  func recordings() throws {
    try withTemporaryFolder { folder in
      let terminal = try Tmux(columns: 120, rows: 35, in: folder)
      try terminal.run("clear; \(Program.path) file --realtime \(Program.angry) missing.wav \(Program.sad)")
      try #require(terminal.waits { $0.contains("ser-live  angry.flac") && $0.contains(">a angry") })
      try #require(terminal.waits { $0.contains("ser-live  sad.flac") && $0.contains("● speech") })
      // While it is paused, the recording waits.
      try terminal.press("Space")
      try #require(terminal.waits { $0.contains("space resume") })
      usleep(300_000)  // What was on its way has been drawn.
      let screen = terminal.screen
      usleep(1_000_000)
      #expect(terminal.screen == screen)
      try terminal.press("Space")
      try #require(terminal.waits { $0.contains("missing.wav") && $0.contains("Recordings/sad.flac: ") })
      #expect(terminal.screen.contains { $0.contains("Recordings/angry.flac: angry") })
      #expect(try terminal.isSane())
    }
  }
}
