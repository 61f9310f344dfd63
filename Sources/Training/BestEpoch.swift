import FoundationEssentials
import Models

/// The epoch with the best results of a network on the validation clips.
struct BestEpoch: Sendable {
  /// Counted from 1.
  var epoch: Int
  var validation: Validation
  /// Without the auxiliary heads.
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

  /// Reads a best epoch.
  ///
  /// - Parameters:
  ///   - weights: the required number of weights.
  ///   - name: the file's name in error messages.
  /// - Returns: nil where the file contains no best epoch.
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
