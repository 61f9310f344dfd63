import Support

/// The output of gnuplot: a file's content, or text for a terminal.
enum PictureForm: Sendable, Equatable {
  /// A file of `width` × `height` pixels; vector formats have 96 pixels to an inch.
  case file(PictureFormat, width: Int, height: Int)
  /// Lines of text; `color` adds ANSI sequences for colours.
  case text(columns: Int, rows: Int, color: Bool)

  /// The command that selects it in gnuplot. `noenhanced`: all characters of a text are literal.
  var command: String {
    switch self {
    case .file(let format, let width, let height):
      let size =
        format == .pdf
        ? "\((Double(width) / 96).decimals(3))in,\((Double(height) / 96).decimals(3))in" : "\(width),\(height)"
      return "set terminal \(format.terminal) noenhanced background 'white' font 'sans,\(format.fontSize)' size \(size)"
    case .text(let columns, let rows, let color):
      return "set terminal dumb noenhanced \(color ? "ansirgb" : "mono") size \(columns),\(rows)"
    }
  }
}

/// File formats of pictures; the raw value is the file extension.
enum PictureFormat: String, CaseIterable, Sendable {
  case png, svg, pdf

  /// The format of a file name.
  ///
  /// - Throws: an `OperationError` of kind `usage` with the valid extensions.
  init(path: String) throws(OperationError) {
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, let format = PictureFormat(rawValue: parts.last!.lowercased()) else {
      let endings = Self.allCases.map { ".\($0.rawValue)" }.joined(separator: ", ")
      throw OperationError(.usage, "\(path) is not the name of a picture: it must end in one of \(endings)")
    }
    self = format
  }

  /// Its name in gnuplot. By default, font sizes of PDF are halved; at 96 pixels to an inch a pixel is 0.75 points.
  fileprivate var terminal: String {
    switch self {
    case .png: "pngcairo"
    case .svg: "svg"
    case .pdf: "pdfcairo fontscale 0.75"
    }
  }

  /// Size of ordinary text, equal in all formats: in points, but in SVG in pixels.
  var fontSize: Double { self == .svg ? 14 : 11 }
}
