import FoundationEssentials
import Support

/// The metrics of a training, epoch by epoch, from the `.metrics.jsonl` of `ser-live train`.
struct TrainingCurves {
  /// One epoch of one network.
  struct Epoch: Decodable, Equatable {
    var network: String
    /// Counted from 1.
    var epoch: Int
    var loss: Double
    /// 0…1.
    var trainingAccuracy: Double
    /// In nats.
    var validationLoss: Double?
    /// 0…1.
    var validationUAR: Double?

    enum CodingKeys: String, CodingKey {
      case network, epoch, loss
      case trainingAccuracy = "training_accuracy"
      case validationLoss = "validation_loss"
      case validationUAR = "validation_uar"
    }
  }

  /// The networks in order of appearance, each with its epochs.
  let networks: [(name: String, epochs: [Epoch])]

  /// - Throws: an `OperationError` where the file is unreadable or a line is not an epoch.
  init(path: String) throws(OperationError) {
    guard let data = try? Data(FileContents.read(path)) else {
      throw OperationError(.noInput, "cannot read \(path): give the .metrics.jsonl that ser-live train has written")
    }
    var epochs: [Epoch] = []
    for (index, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
      guard let epoch = try? JSONDecoder().decode(Epoch.self, from: line) else {
        throw OperationError(
          .badData, "\(path) line \(index + 1) is no epoch: give the .metrics.jsonl that ser-live train has written")
      }
      epochs.append(epoch)
    }
    guard !epochs.isEmpty else { throw OperationError(.badData, "\(path) holds no epoch") }
    var names: [String] = []
    for epoch in epochs where !names.contains(epoch.network) { names.append(epoch.network) }
    networks = names.map { name in (name, epochs.filter { $0.network == name }.sorted { $0.epoch < $1.epoch }) }
  }
}
