import Streaming

extension Corpus {
  /// With its speakers called as where a model comes from: `prefix/name`, if the model was trained on several
  /// collections and so calls them.
  public func named(as provenance: Provenance) -> Corpus {
    let known = provenance.trainingSpeakers + provenance.validationSpeakers + provenance.heldOutSpeakers
    let isPrefixed = sources.contains { source in known.contains { $0.hasPrefix("\(source.prefix)/") } }
    let isAlready = Set(sources.map(\.prefix)).count > 1
    return isPrefixed && !isAlready ? prefixed : self
  }

  /// The speakers of whom a model knows nothing: those that its training held out, or all of a corpus that it was not
  /// trained on.
  public func speakers(heldOutOf provenance: Provenance) -> [String] {
    let strange = sources.allSatisfy { !provenance.corpora.contains($0.name) }
    return strange ? speakers : provenance.heldOutSpeakers
  }
}
