import Models
import Streaming
import Support

extension Recognizer {
  /// The default λ of an adaptation: see docs/personal.md for results with other values.
  public static let adaptationPenalty = 1.0

  /// The recognizer with the last layer of each emotion network fitted to some clips. The rest of the networks is
  /// unchanged: only the mapping of features to labels moves.
  ///
  /// - Parameters:
  ///   - dataset: made with the recognizer's configuration; its labels are the recognizer's.
  ///   - clips: by index into the dataset's corpus. All have the same weight; the utterances of a clip are weighted by
  ///     their rows. Emotions without clips keep their weights.
  ///   - profile: the profile of later sessions.
  ///   - penalty: λ, above 0: the cost of a change of the weights, see `LastLayer`.
  /// - Throws: `badData` where the clips contain no speech, or speech of only one emotion, or a network does not end in
  ///   a dense layer.
  public func adapted(
    to clips: [Int], of dataset: Dataset, profile: VoiceProfile? = nil, penalty: Double = adaptationPenalty
  ) throws(OperationError) -> Recognizer {
    let spoken = clips.filter { dataset.rows[$0][0].rowCount > 0 }
    guard !spoken.isEmpty else {
      throw OperationError(.badData, "no speech was detected in any of the \(clips.count) recordings to adapt to")
    }
    let emotions = Set(spoken.map { dataset.corpus.clips[$0].emotion })
    guard emotions.count > 1 else {
      throw OperationError(
        .badData,
        "all recordings to adapt to are '\(labels.emotions[emotions.first!])': add some of another emotion")
    }
    var adapted = self
    for index in networks.indices where networks[index].configuration.target == .emotion {
      let network = networks[index]
      guard let dense = network.layers.layers.last as? Dense else {
        let last = network.configuration.layers.last?.name ?? "nothing"
        throw OperationError(
          .badData,
          "network '\(network.configuration.name)' ends in '\(last)' and cannot be adapted: only a dense last layer can"
        )
      }
      var examples: [LastLayer.Example] = []
      for clip in spoken {
        let rows = dataset.rows[clip][0]
        var listener = FeatureListener(network, normalizer: normalizer(profile))
        for utterance in rows.utterances {
          examples.append(
            LastLayer.Example(
              features: listener.features(utterance), label: dataset.corpus.clips[clip].emotion,
              weight: Float(utterance.count) / Float(rows.rowCount * rows.width)))
        }
      }
      let kept = network.weights.count - dense.parameterCount
      let layer = LastLayer(
        inputs: dense.inputWidth, outputs: dense.outputWidth, weights: Array(network.weights[kept...]),
        temperature: network.temperature)
      adapted.networks[index].weights.replaceSubrange(
        kept..., with: layer.fitted(to: examples, penalty: penalty))
    }
    adapted.provenance.note(adaptedTo: spoken.map { dataset.corpus.clips[$0] }, of: dataset.corpus)
    return adapted
  }
}

/// Computes the input of a network's last layer, utterance by utterance of one session.
struct FeatureListener {
  private let network: Network
  private let body: Sequential
  private var normalizer: Normalizer

  init(_ network: Network, normalizer: Normalizer) {
    self.network = network
    self.normalizer = normalizer
    body = Sequential(inputWidth: network.layers.inputWidth, Array(network.layers.layers.dropLast()))
  }

  /// - Parameter utterance: feature rows of the front end, [rows × width].
  mutating func features(_ utterance: [Float]) -> [Float] {
    let rows = normalizer.normalized(utterance, adaptive: network.configuration.adaptive)
    var pass = Pass.inference
    var cache = LayerCache()
    body.forward(
      rows.span, layout: SequenceLayout(lengths: [utterance.count / body.inputWidth]),
      weights: network.weights.span.extracting(0..<body.parameterCount), pass: &pass, cache: &cache)
    return cache.output
  }
}

extension Provenance {
  /// Records clips to which the model was adapted.
  fileprivate mutating func note(adaptedTo clips: [Clip], of corpus: Corpus) {
    var adaptation = adaptation ?? Adaptation()
    adaptation.clips += clips.count
    for clip in clips {
      _ = adaptation.corpora.index(of: corpus.sources[clip.source].name)
      _ = adaptation.speakers.index(of: clip.speaker)
    }
    self.adaptation = adaptation
  }
}
