import Support
import Training

/// One picture of a report.
struct ReportPicture {
  enum Kind: String, CaseIterable {
    case confusion, roc, calibration, coverage, training

    var fileName: String { "\(rawValue).png" }

    /// Text description of the picture.
    var caption: String {
      switch self {
      case .confusion: "Confusion matrix"
      case .roc: "ROC curves, each emotion against all others"
      case .calibration: "Reliability diagram: accuracy against confidence"
      case .coverage: "Accuracy above a confidence threshold, against the share of clips"
      case .training: "Loss and accuracy by epoch"
      }
    }
  }

  let kind: Kind
  let script: GnuplotScript
  /// In pixels.
  let width: Int
  let height: Int

  /// Draws it and writes it to the report's folder.
  ///
  /// - Throws: an `OperationError`.
  func write(to folder: String) throws(OperationError) {
    try PictureFile.write(
      Gnuplot.draw(script, as: .file(.png, width: width, height: height)), to: "\(folder)/\(kind.fileName)")
  }

  /// All pictures of the ensemble's results.
  static func vote(_ scores: Scores, _ posteriors: Posteriors, names: [String]) -> [ReportPicture] {
    [
      confusion(scores), roc(posteriors, names: names), calibration(Reliability(posteriors)),
      coverage(CoverageCurve(posteriors)),
    ].compactMap { $0 }
  }

  /// Draws pictures and writes them to the report's folder. Without gnuplot there are none, and a message on standard
  /// error.
  ///
  /// - Returns: the kinds that were written.
  /// - Throws: an `OperationError` for write errors.
  static func write(_ pictures: [ReportPicture], to folder: String) throws(OperationError) -> [Kind] {
    do throws(OperationError) {
      for picture in pictures { try picture.write(to: folder) }
      return pictures.map(\.kind)
    } catch {
      guard error.kind == .unavailable else { throw error }
      Messages.write("ser-live: the report has no pictures: \(error)")
      return []
    }
  }
}

/// Distinguishable for readers with colour blindness (Okabe and Ito 2008).
enum ReportColors {
  private static let all = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#9A8B00"]

  static func color(_ index: Int) -> String { all[index % all.count] }

  /// Lines beyond the number of colours are dashed.
  static func dash(_ index: Int) -> String { index < all.count ? "1" : "2" }
}
