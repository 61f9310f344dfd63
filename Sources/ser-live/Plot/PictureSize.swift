import ArgumentParser

/// Width and height of a picture in pixels, as in `900x500`.
struct PictureSize: ExpressibleByArgument, Equatable, Sendable {
  let width, height: Int

  static let usualWidth = 900
  /// Limits of legibility, and of gnuplot.
  static let limits = 200...8000

  init?(argument: String) {
    let numbers = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let width = numbers[0], let height = numbers[1],
      Self.limits.contains(width), Self.limits.contains(height)
    else { return nil }
    self.width = width
    self.height = height
  }

  var defaultValueDescription: String { "\(width)x\(height)" }
}
