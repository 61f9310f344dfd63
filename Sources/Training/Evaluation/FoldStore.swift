import FoundationEssentials
import Glibc
import Models
import Streaming
import Support

/// A folder with the results of finished folds and their recognizers, so that a stopped cross-validation can resume,
/// and other protocols can test the same recognizers.
public struct FoldStore: Sendable {
  private let directory: String
  private let folder: String

  /// Opens the folder of a cross-validation, or creates it.
  ///
  /// - Throws: an `OperationError` where it contains results of other settings or cannot be read or written.
  public init(_ directory: String, _ settings: CrossValidationSettings) throws(OperationError) {
    self.directory = directory
    folder = "\(directory)/folds"
    for path in [directory, folder] where mkdir(path.cPath, 0o755) != 0 && errno != EEXIST {
      throw OperationError(.inputOutput, "cannot make the folder \(path): \(systemMessage(errno))")
    }
    // A fold takes long: check first that its result can be stored.
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

  /// Opens the folder of a cross-validation by another protocol, to test its recognizers.
  ///
  /// - Parameters:
  ///   - settings: of the testing cross-validation.
  ///   - corpus: of the testing cross-validation.
  ///   - extraSpeakers: training-only speakers of the corpus.
  /// - Throws: an `OperationError` where the folder is missing or unreadable, or this protocol or these settings would
  ///   have trained other recognizers.
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

  /// Checks that the results are of these recordings, or records them for future results.
  ///
  /// - Throws: an `OperationError` where there are results of others, or the record cannot be read or written.
  func require(_ recordings: RecordingsRecord) throws(OperationError) {
    let files = try? FileManager.default.contentsOfDirectory(atPath: folder)
    let isNew = files?.contains { $0.hasSuffix(".json") || $0.hasSuffix(".safetensors") } != true
    try recordings.keep(
      in: "\(directory)/recordings.json", isNew: isNew, what: "\(directory) holds results",
      otherwise: "use another folder", kind: .usage)
  }

  /// The result of a fold; nil where it is not finished yet.
  ///
  /// - Throws: `badData` where its file is damaged.
  public func result(fold: Int, seed: UInt64) throws(OperationError) -> FoldResult? {
    try ResultFile.read(FoldResult.self, from: path(fold: fold, seed: seed, "json"))
  }

  /// Stores the result of a fold.
  ///
  /// - Throws: `inputOutput`.
  public func keep(_ result: FoldResult) throws(OperationError) {
    try ResultFile.write(json: result, to: path(fold: result.fold, seed: result.seed, "json"))
  }

  /// Whether a fold has a stored recognizer.
  package func holdsRecognizer(fold: Int, seed: UInt64) -> Bool {
    access(path(fold: fold, seed: seed, "safetensors").cPath, F_OK) == 0
  }

  /// The recognizer of a fold; nil where it is not trained yet.
  ///
  /// - Throws: a `CheckpointError` where its file is damaged.
  func recognizer(fold: Int, seed: UInt64) throws -> Recognizer? {
    guard holdsRecognizer(fold: fold, seed: seed) else { return nil }
    let path = path(fold: fold, seed: seed, "safetensors")
    return try Recognizer(SafeTensors(contentsOf: path), name: path)
  }

  /// Stores the recognizer of a fold.
  ///
  /// - Throws: a `CheckpointError` where it cannot be written.
  func keep(_ recognizer: Recognizer, fold: Int, seed: UInt64) throws {
    try recognizer.checkpoint.write(to: path(fold: fold, seed: seed, "safetensors"))
  }

  private func path(fold: Int, seed: UInt64, _ kind: String) -> String { "\(folder)/seed-\(seed)-fold-\(fold).\(kind)" }
}
