import Streaming
import Support

extension Corpus {
  /// With speaker names as in the provenance of a model: `prefix/name`, if the model was trained on several
  /// collections.
  public func named(as provenance: Provenance) -> Corpus {
    let known = provenance.trainingSpeakers + provenance.validationSpeakers + provenance.heldOutSpeakers
    let isPrefixed = sources.contains { source in known.contains { $0.hasPrefix("\(source.prefix)/") } }
    let isAlready = Set(sources.map(\.prefix)).count > 1
    return isPrefixed && !isAlready ? prefixed : self
  }

  /// The speakers that are unseen by a model: those held out of its training, or all of a corpus that it was not
  /// trained on.
  public func speakers(heldOutOf provenance: Provenance) -> [String] {
    let strange = sources.allSatisfy { !provenance.corpora.contains($0.name) }
    return strange ? speakers : provenance.heldOutSpeakers
  }

  /// Throws unless a speaker has this name.
  ///
  /// - Throws: `noInput` with the format of speaker names.
  public func requireSpeaker(_ name: String) throws(OperationError) {
    let known = speakers
    guard !known.contains(name) else { return }
    let alike = known.filter { $0.hasSuffix("/\(name)") }
    let bare = name.split(separator: "/", maxSplits: 1).last.map(String.init) ?? name
    let advice: String
    if !alike.isEmpty {
      advice = "speakers of several corpora are called corpus/name, such as \(alike.joined(separator: " or "))"
    } else if bare != name, known.contains(bare) {
      advice = "speakers of a corpus that is alone are called without its name, such as \(bare)"
    } else {
      let more = known.count > 10 ? " and \(known.count - 10) more" : ""
      advice = "there are \(known.prefix(10).joined(separator: ", "))\(more)"
    }
    throw OperationError(.noInput, "the data have no speaker '\(name)': \(advice)")
  }
}
