import Streaming
import Support

extension Corpus {
  /// Joins several corpora: their emotions are united by name, those of RAVDESS first and in its order, then the others
  /// alphabetically. Where the corpora have different prefixes, speakers are named `prefix/name`.
  ///
  /// - Throws: an `OperationError` where two corpora with different speakers have the same prefix.
  public static func joined(_ corpora: [Corpus]) throws(OperationError) -> Corpus {
    precondition(!corpora.isEmpty, "nothing to join")
    guard corpora.count > 1 else { return corpora[0] }
    let names = corpora.flatMap { $0.sources.map(\.name) }
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      throw OperationError(
        .usage, "two of the corpora are called '\(name)': a manifest's corpus is called as its file, so rename one")
    }
    let labels = LabelSet(
      emotions: EmotionNames.ordered(corpora.flatMap(\.labels.emotions)), genders: RAVDESS.labels.genders)
    let prefixed = Set(corpora.flatMap { $0.sources.map(\.prefix) }).count > 1
    var joined = Corpus(name: "", licence: "", labels: labels, clips: [], skipped: [])
    joined.sources = []
    for corpus in corpora {
      var corpus = try (prefixed ? corpus.prefixed : corpus).relabelled(labels)
      for index in corpus.clips.indices {
        corpus.clips[index].source += joined.sources.count
        corpus.clips[index].statement = corpus.clips[index].statement.map { statement in
          joined.statements.index(of: corpus.statements[statement])
        }
      }
      joined.sources += corpus.sources
      joined.clips += corpus.clips
      joined.skipped += corpus.skipped
      joined.remarks += corpus.remarks
    }
    return joined
  }

  /// With speakers named `prefix/name`, as in a corpus of several collections.
  public var prefixed: Corpus {
    var corpus = self
    for index in clips.indices {
      corpus.clips[index].speaker = "\(sources[clips[index].source].prefix)/\(clips[index].speaker)"
    }
    return corpus
  }

  /// With the label indices of another label set, such as a model's.
  ///
  /// - Throws: an `OperationError` for clips whose emotion is not in the set.
  public func relabelled(_ labels: LabelSet) throws(OperationError) -> Corpus {
    var corpus = self
    corpus.labels = labels
    for index in clips.indices {
      let emotion = self.labels.emotions[clips[index].emotion]
      guard let label = labels.emotions.firstIndex(of: emotion) else {
        let others = Set(clips.map { self.labels.emotions[$0.emotion] }).subtracting(labels.emotions).sorted()
        throw OperationError(
          .badData,
          "the data have clips that are \(others.joined(separator: ", ")), which is none of the labels "
            + "\(labels.emotions.joined(separator: ", ")): leave them out, or give them one of these")
      }
      corpus.clips[index].emotion = label
      corpus.clips[index].gender = clips[index].gender.flatMap { gender in
        labels.genders.firstIndex(of: self.labels.genders[gender])
      }
    }
    return corpus
  }
}

extension [String] {
  /// The index of an element; a new element is appended.
  mutating func index(of element: String) -> Int {
    if let index = firstIndex(of: element) { return index }
    append(element)
    return count - 1
  }
}
