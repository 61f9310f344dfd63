import FoundationEssentials
import Models

/// The epoch after which a network did best on the validation clips.
struct BestEpoch: Sendable {
  /// Counted from 1.
  var epoch: Int
  var validation: Validation
  /// Of the network without auxiliary heads.
  var weights: [Float]
}

extension BestEpoch {
  private struct Description: Codable {
    var epoch: Int
    var validation: Validation
  }

  func write(to file: inout SafeTensors) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // Finite numbers always encode.
    let json = try! encoder.encode(Description(epoch: epoch, validation: validation))
    file.metadata["best"] = String(decoding: json, as: UTF8.self)
    file.tensors["best.weights"] = SafeTensors.Tensor(shape: [weights.count], values: weights)
  }

  /// Reads what `write` wrote.
  ///
  /// - Parameters:
  ///   - weights: how many there must be.
  ///   - name: what the file is called in errors.
  /// - Returns: nil where there is no best epoch in the file.
  init?(_ file: SafeTensors, weights: Int, name: String) throws(CheckpointError) {
    guard let json = file.metadata["best"] else { return nil }
    guard let description = try? JSONDecoder().decode(Description.self, from: Data(json.utf8)) else {
      throw CheckpointError("\(name): its metadata 'best' cannot be read")
    }
    epoch = description.epoch
    validation = description.validation
    self.weights = try file.tensor("best.weights", shape: [weights], file: name)
  }
}
