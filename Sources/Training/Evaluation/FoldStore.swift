import Capture
import Glibc

/// The results of finished folds in a folder, so that a cross-validation that was stopped goes on with the others.
public struct FoldStore: Sendable {
  private let folder: String

  /// Opens the folder of a cross-validation, or makes it.
  ///
  /// - Throws: `TrainingError` where it holds results of other settings or cannot be read or written.
  public init(_ directory: String, _ settings: CrossValidationSettings) throws(TrainingError) {
    folder = "\(directory)/folds"
    for path in [directory, folder] where mkdir(path, 0o755) != 0 && errno != EEXIST {
      throw TrainingError(.inputOutput, "cannot make the folder \(path): \(systemMessage(errno))")
    }
    let path = "\(directory)/settings.json"
    guard let kept = try ResultFile.read(CrossValidationSettings.self, from: path) else {
      try ResultFile.write(json: settings, to: path)
      return
    }
    let differences = settings.differences(from: kept)
    guard differences.isEmpty else {
      throw TrainingError(
        .usage,
        "\(directory) holds results of other settings: \(differences.joined(separator: " and ")) "
          + "changed; use those again, or another folder")
    }
  }

  /// What a fold gave; nil where it was not finished yet.
  ///
  /// - Throws: `badData` where its file is damaged.
  public func result(fold: Int, seed: UInt64) throws(TrainingError) -> FoldResult? {
    try ResultFile.read(FoldResult.self, from: path(fold: fold, seed: seed))
  }

  /// Keeps what a fold gave.
  ///
  /// - Throws: `inputOutput`.
  public func keep(_ result: FoldResult) throws(TrainingError) {
    try ResultFile.write(json: result, to: path(fold: result.fold, seed: result.seed))
  }

  private func path(fold: Int, seed: UInt64) -> String { "\(folder)/seed-\(seed)-fold-\(fold).json" }
}
