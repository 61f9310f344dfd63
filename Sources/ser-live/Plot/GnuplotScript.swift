/// Commands for gnuplot with their data, as one stream of bytes for its standard input.
///
/// Data are binary: gnuplot reads text from a pipe byte by byte, which takes a second for each megabyte.
///
///     var script = GnuplotScript()
///     script.add("set title \(GnuplotScript.quoted(path))")
///     script.plot([.points([0, 1, 0.5, 2], columns: 2, "using 1:2 with lines notitle")])
struct GnuplotScript {
  private(set) var bytes: [UInt8] = []

  /// One series of a `plot` command, with its data.
  struct Series {
    /// The data source in the syntax of gnuplot's `plot`.
    fileprivate let source: String
    /// Its style: `using`, `with`, colours, `title`.
    fileprivate let style: String
    fileprivate let values: [Float]

    /// Points of `columns` numbers each; NaN makes a gap in a line.
    ///
    /// - Parameter values: [points × columns], at least one point.
    static func points(_ values: [Float], columns: Int, _ style: String) -> Series {
      precondition(!values.isEmpty && values.count.isMultiple(of: columns), "whole points, one at least")
      let format = String(repeating: "%float", count: columns)
      return Series(
        source: "binary record=(\(values.count / columns)) format='\(format)'", style: style, values: values)
    }

    /// An evenly spaced grid, for `with image`.
    ///
    /// - Parameters:
    ///   - values: [rows × columns], the lowest row first.
    ///   - x: centre of the first column, and distance to the next.
    ///   - y: centre of the first row, and distance to the next.
    static func grid(
      _ values: [Float], columns: Int, x: (start: Double, step: Double), y: (start: Double, step: Double),
      _ style: String
    ) -> Series {
      precondition(!values.isEmpty && values.count.isMultiple(of: columns), "whole rows, one at least")
      return Series(
        source: "binary array=(\(columns),\(values.count / columns)) origin=(\(x.start),\(y.start)) "
          + "dx=\(x.step) dy=\(y.step) format='%float'",
        style: style, values: values)
    }
  }

  /// Adds a command, one line without its line end.
  mutating func add(_ command: String) {
    precondition(!command.utf8.contains(UInt8(ascii: "\n")), "a command is one line")
    bytes += Array(command.utf8)
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Adds a `plot` command.
  ///
  /// - Parameter ranges: of the axes, in the syntax before the first source.
  mutating func plot(ranges: String = "", _ series: [Series]) {
    precondition(!series.isEmpty, "there is something to plot")
    let sources = series.map { "'-' \($0.source) \($0.style)" }.joined(separator: ", ")
    add("plot \(ranges) \(sources)")
    for one in series {
      one.values.withUnsafeBytes { bytes += $0 }
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  /// A text as a literal constant on one line. Characters that could end it, or be taken for commands or variables, are
  /// written as numbers: gnuplot interprets numbers last.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", " ", ".", ",", ":", ";", "(", ")", "/", "-", "+":
        result.unicodeScalars.append(scalar)
      case _ where scalar.isASCII && scalar.value >= 0x20 && scalar.value < 0x7F:
        let digits = String(scalar.value, radix: 8)
        result += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
      case _ where scalar.isASCII || Self.breaks(scalar): result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Whether a character is invisible, and ends a line or changes its direction.
  private static func breaks(_ scalar: Unicode.Scalar) -> Bool {
    [.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
  }

  /// A text for the ticks of an axis, where gnuplot takes a percent sign for the beginning of a format.
  static func quotedTick(_ text: String) -> String {
    quoted(text.replacing("%", with: "%%"))
  }
}
