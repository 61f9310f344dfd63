import FoundationEssentials
import Glibc
import Support
import Synchronization

/// The metrics of each epoch of each network, as JSON Lines and as CSV, written during training.
public final class MetricsLog: Sendable {
  /// One line. Missing values are omitted in JSON, and empty in CSV.
  public struct Record: Codable, Sendable, Equatable {
    /// Counted from 1.
    public var epoch: Int
    public var network: String
    public var learningRate: Float
    /// Mean loss of the epoch's batches.
    public var loss: Float
    /// 0…1.
    public var trainingAccuracy: Float
    /// 0…1.
    public var validationUAR: Double?
    /// 0…1.
    public var validationAccuracy: Double?
    /// In nats.
    public var validationLoss: Double?
    /// How long the epoch took.
    public var seconds: Double

    enum CodingKeys: String, CodingKey, CaseIterable {
      case epoch, network
      case learningRate = "learning_rate"
      case loss
      case trainingAccuracy = "training_accuracy"
      case validationUAR = "validation_uar"
      case validationAccuracy = "validation_accuracy"
      case validationLoss = "validation_loss"
      case seconds
    }

    init(_ progress: TrainingProgress) {
      epoch = progress.epoch
      network = progress.network
      learningRate = progress.learningRate
      loss = progress.loss
      trainingAccuracy = progress.accuracy
      validationUAR = progress.validationUAR
      validationAccuracy = progress.validationAccuracy
      validationLoss = progress.validationLoss
      seconds = progress.seconds
    }

    var json: String {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      // Training ends where a value is not finite.
      return String(decoding: try! encoder.encode(self), as: UTF8.self) + "\n"
    }

    var csv: String {
      func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
      let fields = [
        "\(epoch)", network, "\(learningRate)", "\(loss)", "\(trainingAccuracy)", text(validationUAR),
        text(validationAccuracy), text(validationLoss), "\(seconds)",
      ]
      return fields.joined(separator: ",") + "\n"
    }

    static let header = CodingKeys.allCases.map(\.rawValue).joined(separator: ",") + "\n"
  }

  private let jsonPath: String
  private let csvPath: String
  private let records: Mutex<[Record]>

  /// Starts the files `BASE.jsonl` and `BASE.csv`, or continues them.
  ///
  /// - Parameter resumes: whether to keep existing lines.
  /// - Throws: an `OperationError` where they cannot be read or written.
  public init(base: String, resumes: Bool) throws(OperationError) {
    jsonPath = "\(base).jsonl"
    csvPath = "\(base).csv"
    var kept: [Record] = []
    if resumes, access(jsonPath.cPath, F_OK) == 0 {
      let data = Data(try FileContents.read(jsonPath))
      // A line truncated by a crash is written again.
      kept = data.split(separator: UInt8(ascii: "\n")).compactMap { try? JSONDecoder().decode(Record.self, from: $0) }
    }
    records = Mutex(kept)
    try rewrite(kept)
  }

  /// Adds an epoch. Replaces later ones of the same network, from before training was resumed.
  ///
  /// - Throws: an `OperationError` where the files cannot be written.
  public func add(_ progress: TrainingProgress) throws(OperationError) {
    let record = Record(progress)
    try records.withLock { (records) throws(OperationError) in
      let count = records.count
      records.removeAll { $0.network == record.network && $0.epoch >= record.epoch }
      let isNext = records.count == count
      records.append(record)
      if isNext {
        try append(record.json, to: jsonPath)
        try append(record.csv, to: csvPath)
      } else {
        try rewrite(records)
      }
    }
  }

  private func rewrite(_ records: [Record]) throws(OperationError) {
    try write(records.map(\.json).joined(), to: jsonPath, flags: O_TRUNC)
    try write(Record.header + records.map(\.csv).joined(), to: csvPath, flags: O_TRUNC)
  }

  private func append(_ line: String, to path: String) throws(OperationError) {
    try write(line, to: path, flags: O_APPEND)
  }

  private func write(_ text: String, to path: String, flags: Int32) throws(OperationError) {
    func failed(_ code: Int32 = errno) -> OperationError {
      OperationError(.inputOutput, "cannot write \(path): \(systemMessage(code))")
    }
    let descriptor = open(path.cPath, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0o644)
    guard descriptor >= 0 else { throw failed() }
    var isOpen = true
    defer { if isOpen { close(descriptor) } }
    let failure = Array(text.utf8).withUnsafeBytes { $0.writeAll(to: descriptor).failure }
    guard failure == 0 else { throw failed(failure) }
    isOpen = false
    // Some systems report failed writes only here.
    guard close(descriptor) == 0 || errno == EINTR else { throw failed() }
  }
}
