import Support

/// What gnuplot draws: a file's content, or text for a terminal.
enum PictureForm: Sendable, Equatable {
  /// A file of `width` × `height` pixels; for the formats without pixels there are 96 to an inch.
  case file(PictureFormat, width: Int, height: Int)
  /// Lines of text; `color` adds ANSI sequences for colours.
  case text(columns: Int, rows: Int, color: Bool)

  /// The command that prepares gnuplot for it. `noenhanced`: no character of a text means anything but itself.
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

/// The formats that pictures are written in; the raw value is the ending of a file's name.
enum PictureFormat: String, CaseIterable, Sendable {
  case png, svg, pdf

  /// The format that a file's name asks for.
  ///
  /// - Throws: `OperationError` of kind `usage` that names the endings there are.
  init(path: String) throws(OperationError) {
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, let format = PictureFormat(rawValue: parts.last!.lowercased()) else {
      let endings = Self.allCases.map { ".\($0.rawValue)" }.joined(separator: ", ")
      throw OperationError(.usage, "\(path) is not the name of a picture: it must end in one of \(endings)")
    }
    self = format
  }

  /// What gnuplot calls it. Font sizes of PDF are halved if nothing is said; at 96 pixels to an inch a point is 0.75.
  fileprivate var terminal: String {
    switch self {
    case .png: "pngcairo"
    case .svg: "svg"
    case .pdf: "pdfcairo fontscale 0.75"
    }
  }

  /// Of ordinary text, so that it is as large in all formats: in points, but in SVG in pixels.
  var fontSize: Double { self == .svg ? 14 : 11 }
}
