import Models
import Streaming

/// Reduced forms of a recognizer.
extension Recognizer {
  /// Without training-only parts: see `Network.simplified`.
  public var simplified: Recognizer { mapped { network, _ in network.simplified } }

  /// With the given share of the weights of its matrices set to zero: see `Network.pruned`.
  ///
  /// - Parameters:
  ///   - share: 0 ..< 1.
  ///   - calibration: clips for the inputs of its matrices; nil to weight every column equally.
  public func pruned(_ share: Float, calibration: Dataset.Part?) -> Recognizer {
    mapped { network, recognizer in
      network.pruned(share, powers: calibration.map { recognizer.columnPowers(of: network, $0) })
    }
  }

  /// With int8 matrices: see `Network.quantized`.
  public func quantized(calibration: Dataset.Part?) -> Recognizer {
    mapped { network, recognizer in
      network.quantized(powers: calibration.map { recognizer.columnPowers(of: network, $0) })
    }
  }

  private func mapped(_ change: (Network, Recognizer) -> Network) -> Recognizer {
    var recognizer = self
    recognizer.replaceNetworks(networks.map { change($0, self) })
    return recognizer
  }

  /// The mean squares of the inputs of a network's matrices in some clips, each a fresh session.
  private func columnPowers(of network: Network, _ part: Dataset.Part) -> [[Float]] {
    network.columnPowers(
      part.clips.flatMap { clip in
        var normalizer = normalizer()
        return part.dataset.rows[clip][0].utterances
          .map { normalizer.normalized($0, adaptive: network.configuration.adaptive) }
      })
  }
}

extension Dataset {
  /// Some clips of a dataset, by index.
  public struct Part {
    let dataset: Dataset
    let clips: [Int]

    public init(_ dataset: Dataset, clips: [Int]) {
      self.dataset = dataset
      self.clips = clips
    }
  }
}

extension Provenance {
  /// Adds the provenance of a teacher to that of a model, because the model depends on the teacher's data as well.
  public mutating func note(taughtBy teacher: Provenance) {
    func joined(_ own: [String], _ others: [String]) -> [String] { own + others.filter { !own.contains($0) } }
    corpora = joined(corpora, teacher.corpora)
    validationSpeakers = joined(validationSpeakers, teacher.validationSpeakers)
    trainingSpeakers = joined(trainingSpeakers, teacher.trainingSpeakers)
      .filter { !validationSpeakers.contains($0) }
    heldOutSpeakers = heldOutSpeakers.filter { !(trainingSpeakers + validationSpeakers).contains($0) }
  }
}
