/// Elements of Markdown.
enum Markdown {
  /// A table whose first column is text and whose others are numbers.
  static func table(_ header: [String], _ rows: [[String]]) -> [String] {
    func line(_ cells: [String]) -> String {
      "| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |"
    }
    let rule = "|---|\(header.dropFirst().map { _ in "---:" }.joined(separator: "|"))|"
    return [line(header), rule] + rows.map(line)
  }

  /// A picture in the folder of the page.
  static func picture(_ file: String, _ caption: String) -> String { "![\(caption)](\(file))" }
}
