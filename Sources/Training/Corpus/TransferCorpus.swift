import Streaming
import Support

/// Training corpora and test corpora, joined to one corpus of the emotions that both sides have. Calm counts as
/// neutral.
public struct TransferCorpus: Sendable {
  /// All clips, beginning with those of the training corpora.
  public let corpus: Corpus
  /// The speakers of the test corpora.
  public let testSpeakers: Set<String>

  /// - Throws: an `OperationError` where both sides have speakers in common or fewer than two emotions.
  public init(training: [Corpus], test: [Corpus]) throws(OperationError) {
    var joined = try Corpus.joined(training + test)
    let trainingSources = training.reduce(0) { $0 + $1.sources.count }
    let known = joined.sources[..<trainingSources]
    for source in joined.sources[trainingSources...] {
      if let both = known.first(where: { $0.prefix == source.prefix }) {
        throw OperationError(
          .usage,
          "\(both.name) and \(source.name) have the same speakers: transfer tests on another corpus than it trains on")
      }
    }
    joined.countCalmAsNeutral()
    let present = joined.emotionsOfSources
    func has(_ sources: Range<Int>, _ emotion: Int) -> Bool { sources.contains { present[$0][emotion] } }
    func names(_ sources: Range<Int>) -> [String] {
      joined.labels.emotions.indices.filter { has(sources, $0) }.map { joined.labels.emotions[$0] }
    }
    let trained = names(0..<trainingSources)
    let tested = names(trainingSources..<joined.sources.count)
    let emotions = trained.filter(tested.contains)
    guard emotions.count >= 2 else {
      throw OperationError(
        .badData,
        "both sides need at least two emotions in common: one has \(trained.joined(separator: ", ")), the other "
          + tested.joined(separator: ", "))
    }
    joined.clips.removeAll { !emotions.contains(joined.labels.emotions[$0.emotion]) }
    corpus = try joined.relabelled(LabelSet(emotions: emotions, genders: joined.labels.genders))
    testSpeakers = Set(corpus.clips.filter { $0.source >= trainingSources }.map(\.speaker))
  }
}

extension Corpus {
  /// Many corpora do not distinguish the two.
  mutating func countCalmAsNeutral() {
    guard let calm = labels.emotions.firstIndex(of: "calm"), let neutral = labels.emotions.firstIndex(of: "neutral")
    else { return }
    for index in clips.indices where clips[index].emotion == calm { clips[index].emotion = neutral }
  }
}
