import Foundation
import Glibc
import TestSupport
import Testing

/// A shell in a real terminal, which tmux is: what is typed, what stands on the screen, in which state it is left.
final class Tmux {
  static let isAvailable = FileManager.default.isExecutableFile(atPath: "/usr/bin/tmux")
  static let requirement = "needs Debian's package tmux"

  /// What the shell says when it waits for a command.
  static let prompt = "ready>"

  private let socket: String
  private let shell: pid_t

  /// - Parameters:
  ///   - folder: where the socket lies and the shell works.
  ///   - environment: of the shell, added to the test's own.
  init(columns: Int, rows: Int, in folder: URL, environment: [String: String] = [:]) throws {
    socket = folder.appending(path: "tmux").path
    // Nothing stands for colours that are wanted. What Swift says of a crash would push away what the program left.
    let usual = [
      "LC_ALL": "C.UTF-8", "COLORTERM": "truecolor", "NO_COLOR": "", "SWIFT_BACKTRACE": "enable=no",
    ]
    let variables = usual.merging(environment) { $1 }
    let settings = folder.appending(path: "bashrc")
    try Data("PS1='\(Self.prompt)'\n".utf8).write(to: settings)
    let process = try ChildProcess(
      "/usr/bin/tmux",
      [
        "-u", "-f", "/dev/null", "-S", socket, "set", "-g", "default-terminal", "tmux-256color", ";", "new-session",
        "-d", "-x", "\(columns)", "-y", "\(rows)", "-c", folder.path,
      ] + variables.flatMap { ["-e", "\($0)=\($1)"] } + [
        "-P", "-F", "#{pane_pid}", "/bin/bash", "--noprofile", "--rcfile", settings.path, "-i",
      ])
    try #require(process.end(within: .seconds(10)) == .exited(0), "\(process.errors.text)")
    shell = try #require(process.lines.all.first.flatMap { pid_t($0) })
    try #require(waits(for: { $0.hasPrefix(Self.prompt) }))
  }

  deinit { _ = try? tmux("kill-server") }

  @discardableResult
  private func tmux(_ arguments: String...) throws -> String {
    let process = try ChildProcess("/usr/bin/tmux", ["-u", "-S", socket] + arguments)
    #expect(process.end(within: .seconds(10)) == .exited(0), "\(arguments) \(process.errors.text)")
    return process.lines.text
  }

  func type(_ text: String) throws { try tmux("send-keys", "-l", text) }

  /// Types a command and Enter.
  func run(_ command: String) throws {
    try type(command)
    try press("Enter")
  }

  /// - Parameter key: as tmux calls it, such as `C-c`.
  func press(_ key: String) throws { try tmux("send-keys", key) }

  func resize(columns: Int, rows: Int) throws { try tmux("resize-window", "-x", "\(columns)", "-y", "\(rows)") }

  /// The lines on the screen, without blanks at their ends.
  var screen: [String] {
    guard let text = try? tmux("capture-pane", "-p") else { return [] }
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  /// The same with the control sequences of colours and attributes.
  var attributedScreen: String { (try? tmux("capture-pane", "-p", "-e")) ?? "" }

  /// Waits until what is on the screen, lines joined, is as it should be.
  func waits(within limit: Duration = .seconds(10), for fits: (String) -> Bool) -> Bool {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
      if fits(screen.joined(separator: "\n")) { return true }
      usleep(30_000)
    }
    return false
  }

  /// Waits until the shell waits for a command, below everything else.
  func waitsForPrompt() -> Bool {
    waits { $0.split(separator: "\n").last.map { $0.hasPrefix(Self.prompt) && $0.count == Self.prompt.count } ?? false }
  }

  /// Whether the terminal shows what a shell wants: the main screen, a cursor, lines that wrap.
  func isSane() throws -> Bool {
    try tmux("display-message", "-p", "#{alternate_on} #{cursor_flag} #{wrap_flag}") == "0 1 1\n"
  }

  /// The newest process with this name that the shell or a child of it runs or has stopped.
  func process(_ name: String) throws -> pid_t {
    func find(below parent: pid_t) -> pid_t? {
      let text = (try? String(contentsOfFile: "/proc/\(parent)/task/\(parent)/children", encoding: .utf8)) ?? ""
      for child in text.split(separator: " ").reversed().compactMap({ pid_t($0) }) {
        let found = try? String(contentsOfFile: "/proc/\(child)/comm", encoding: .utf8)
        if found == name + "\n" { return child }
        if let below = find(below: child) { return below }
      }
      return nil
    }
    return try #require(find(below: shell), "the shell runs no \(name)")
  }
}
