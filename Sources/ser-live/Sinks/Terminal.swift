import Glibc
import Support

/// A terminal: its descriptor, size and capabilities.
struct Terminal: Sendable {
  /// The colours of a terminal.
  enum Colors: Sendable {
    case none
    /// The 256 of xterm.
    case palette
    /// All.
    case all
  }

  /// The capabilities of a terminal, by the conventions of the environment.
  struct Style: Sendable, Equatable {
    /// The colours to use: none where `NO_COLOR` is set to any value, or the terminal has none.
    var colors: Colors
    /// Whether block characters are available: in a UTF-8 locale.
    var unicode: Bool

    /// Whether to use colours.
    var color: Bool { colors != .none }

    init(colors: Colors, unicode: Bool) {
      self.colors = colors
      self.unicode = unicode
    }

    init(variable: (String) -> String?) {
      func set(_ name: String) -> String? { variable(name).flatMap { $0.isEmpty ? nil : $0 } }
      let kind = set("TERM") ?? ""
      // DEC's terminals, and terminfo entries with such names.
      let isMonochrome = kind.hasPrefix("vt") || kind.hasSuffix("-m") || kind.hasSuffix("-mono")
      colors =
        set("NO_COLOR") != nil || isMonochrome
        ? .none : ["truecolor", "24bit"].contains(variable("COLORTERM")) ? .all : .palette
      unicode = LocaleText.namesUTF8(variable: variable)
    }
  }

  struct Size: Sendable, Equatable {
    var columns: Int
    var rows: Int
  }

  let output: Output
  let style: Style
  /// The current size, 80 × 24 where it is unknown.
  let size: @Sendable () -> Size

  init(output: Output, style: Style, size: @escaping @Sendable () -> Size) {
    self.output = output
    self.style = style
    self.size = size
  }

  init(output: Output) {
    self.init(output: output, style: Style(variable: environment)) {
      var window = winsize()
      let known = ioctl(output.descriptor, UInt(TIOCGWINSZ), &window) == 0 && window.ws_col > 0 && window.ws_row > 0
      return known ? Size(columns: Int(window.ws_col), rows: Int(window.ws_row)) : Size(columns: 80, rows: 24)
    }
  }

  /// Whether `output` is a terminal that can redraw its lines.
  static func redraws(_ output: Output, variable: (String) -> String? = environment) -> Bool {
    guard isatty(output.descriptor) == 1, let kind = variable("TERM") else { return false }
    return !["", "dumb"].contains(kind)
  }
}

/// The value of a variable of the process's environment.
func environment(_ name: String) -> String? {
  // SAFETY: a terminated string, copied at once; no code in the program changes the environment.
  getenv(name).map { String(cPath: $0) }
}
