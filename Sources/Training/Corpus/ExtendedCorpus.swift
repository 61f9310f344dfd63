import Streaming
import Support

/// Corpora for cross-validation and further training-only corpora, joined to one corpus with the emotions of the first.
public struct ExtendedCorpus: Sendable {
  /// All clips, beginning with those of the tested corpora.
  public let corpus: Corpus
  /// The training-only speakers.
  public let extraSpeakers: Set<String>

  /// Omits clips of the further corpora with other emotions. Calm counts as neutral there, if the tested corpora do not
  /// have it.
  ///
  /// - Throws: an `OperationError` where both have speakers in common, or the further ones have none of the emotions.
  public init(_ tested: Corpus, extra: [Corpus]) throws(OperationError) {
    var extra = extra
    for index in extra.indices {
      if !tested.labels.emotions.contains("calm") { extra[index].countCalmAsNeutral() }
      let names = extra[index].labels.emotions
      extra[index].clips.removeAll { !tested.labels.emotions.contains(names[$0.emotion]) }
      guard !extra[index].clips.isEmpty else {
        throw OperationError(
          .badData,
          "\(extra[index].name) has none of the emotions \(tested.labels.emotions.joined(separator: ", ")): it teaches nothing"
        )
      }
      extra[index] = try extra[index].relabelled(
        LabelSet(emotions: tested.labels.emotions, genders: extra[index].labels.genders))
    }
    let known = Set(tested.sources.map(\.prefix))
    for corpus in extra where corpus.sources.contains(where: { known.contains($0.prefix) }) {
      throw OperationError(
        .usage, "\(corpus.name) has the speakers that are tested: give other recordings to train on besides")
    }
    let corpus = try Corpus.joined([tested] + extra)
    self.corpus = corpus
    extraSpeakers = Set(corpus.clips.filter { $0.source >= tested.sources.count }.map(\.speaker))
  }
}

extension Corpus {
  /// The clips of all but some speakers, and their indices in this corpus. Speakers lose a prefix that they all share.
  func without(_ speakers: Set<String>) -> (corpus: Corpus, indices: [Int]) {
    guard !speakers.isEmpty else { return (self, Array(clips.indices)) }
    let indices = clips.indices.filter { !speakers.contains(clips[$0].speaker) }
    var rest = self
    rest.clips = indices.map { clips[$0] }
    let prefixes = Set(rest.clips.map { sources[$0.source].prefix })
    if prefixes.count == 1, let prefix = prefixes.first.map({ "\($0)/" }),
      rest.clips.allSatisfy({ $0.speaker.hasPrefix(prefix) })
    {
      for index in rest.clips.indices { rest.clips[index].speaker.removeFirst(prefix.count) }
    }
    return (rest, indices)
  }
}
