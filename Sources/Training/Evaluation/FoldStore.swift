import FoundationEssentials
import Glibc
import Models
import Streaming
import Support

/// The results of finished folds in a folder, and what was trained for them, so that a cross-validation that was stopped
/// goes on with the others, and other protocols can test the same recognizers.
public struct FoldStore: Sendable {
  private let directory: String
  private let folder: String

  /// Opens the folder of a cross-validation, or makes it.
  ///
  /// - Throws: `OperationError` where it holds results of other settings or cannot be read or written.
  public init(_ directory: String, _ settings: CrossValidationSettings) throws(OperationError) {
    self.directory = directory
    folder = "\(directory)/folds"
    for path in [directory, folder] where mkdir(path.cPath, 0o755) != 0 && errno != EEXIST {
      throw OperationError(.inputOutput, "cannot make the folder \(path): \(systemMessage(errno))")
    }
    // A fold takes long: that it cannot be kept should show before.
    for path in [directory, folder] {
      do throws(WholeFile.Failure) {
        try WholeFile.tryOut("\(path)/ser-live")
      } catch {
        throw OperationError(.inputOutput, "cannot write to the folder \(path): \(systemMessage(error.code))")
      }
    }
    let path = "\(directory)/settings.json"
    guard let kept = try ResultFile.read(CrossValidationSettings.self, from: path) else {
      try ResultFile.write(json: settings, to: path)
      return
    }
    let differences = settings.differences(from: kept)
    guard differences.isEmpty else {
      throw OperationError(
        .usage,
        "\(directory) holds results of other settings: \(differences.joined(separator: " and ")) "
          + "changed; use those again, or another folder")
    }
  }

  /// Opens the folder of a cross-validation by another protocol, whose recognizers are to be tested.
  ///
  /// - Parameters:
  ///   - settings: of the cross-validation that is to test them.
  ///   - corpus: what that one hears.
  ///   - extraSpeakers: those of the corpus who only train.
  /// - Throws: `OperationError` where there is none, it cannot be read, or this protocol or these settings would have
  ///   trained others.
  public init(
    trainedIn directory: String, as settings: CrossValidationSettings, _ corpus: Corpus,
    extraSpeakers: Set<String> = []
  ) throws(OperationError) {
    self.directory = directory
    folder = "\(directory)/folds"
    guard let kept = try ResultFile.read(CrossValidationSettings.self, from: "\(directory)/settings.json") else {
      throw OperationError(.noInput, "\(directory) holds no results of a cross-validation: give the --output of one")
    }
    let tried = settings.evaluationProtocol
    guard kept.evaluationProtocol.trains(as: tried, corpus, extraSpeakers: extraSpeakers) else {
      throw OperationError(
        .usage,
        "\(directory) holds results of \(kept.evaluationProtocol.rawValue), whose folds are not those of "
          + tried.rawValue)
    }
    var same = settings
    same.evaluationProtocol = kept.evaluationProtocol
    let differences = same.differences(from: kept)
    guard differences.isEmpty else {
      throw OperationError(
        .usage, "\(directory) holds recognizers of other settings: \(differences.joined(separator: " and ")) changed")
    }
  }

  /// Makes sure that the results are of these recordings, or notes which ones they will be of.
  ///
  /// - Throws: `OperationError` where there are results of others, or the note cannot be read or written.
  func require(_ recordings: RecordingsRecord) throws(OperationError) {
    let files = try? FileManager.default.contentsOfDirectory(atPath: folder)
    let isNew = files?.contains { $0.hasSuffix(".json") || $0.hasSuffix(".safetensors") } != true
    try recordings.keep(
      in: "\(directory)/recordings.json", isNew: isNew, what: "\(directory) holds results",
      otherwise: "use another folder", kind: .usage)
  }

  /// What a fold gave; nil where it was not finished yet.
  ///
  /// - Throws: `badData` where its file is damaged.
  public func result(fold: Int, seed: UInt64) throws(OperationError) -> FoldResult? {
    try ResultFile.read(FoldResult.self, from: path(fold: fold, seed: seed, "json"))
  }

  /// Keeps what a fold gave.
  ///
  /// - Throws: `inputOutput`.
  public func keep(_ result: FoldResult) throws(OperationError) {
    try ResultFile.write(json: result, to: path(fold: result.fold, seed: result.seed, "json"))
  }

  /// Whether there is something that was trained for a fold.
  package func holdsRecognizer(fold: Int, seed: UInt64) -> Bool {
    access(path(fold: fold, seed: seed, "safetensors").cPath, F_OK) == 0
  }

  /// What was trained for a fold; nil where it was not yet.
  ///
  /// - Throws: `CheckpointError` where its file is damaged.
  func recognizer(fold: Int, seed: UInt64) throws -> Recognizer? {
    guard holdsRecognizer(fold: fold, seed: seed) else { return nil }
    let path = path(fold: fold, seed: seed, "safetensors")
    return try Recognizer(SafeTensors(contentsOf: path), name: path)
  }

  /// Keeps what was trained for a fold.
  ///
  /// - Throws: `CheckpointError` where it cannot be written.
  func keep(_ recognizer: Recognizer, fold: Int, seed: UInt64) throws {
    try recognizer.checkpoint.write(to: path(fold: fold, seed: seed, "safetensors"))
  }

  private func path(fold: Int, seed: UInt64, _ kind: String) -> String { "\(folder)/seed-\(seed)-fold-\(fold).\(kind)" }
}
