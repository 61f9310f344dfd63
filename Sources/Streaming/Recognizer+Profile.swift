extension Recognizer {
  /// Makes sure that a profile's rows are those that the recognizer hears.
  ///
  /// - Parameter name: what the profile is called in the error.
  /// - Throws: a `ConfigurationError` that names what differs, with both values.
  public func requireFit(_ profile: VoiceProfile, name: String) throws(ConfigurationError) {
    let differences = profile.differences(from: configuration)
    guard differences.isEmpty else {
      throw ConfigurationError(
        key: name,
        message: "the profile was made with other features than the model's: \(differences.joined(separator: ", ")); "
          + "calibrate again with this model and these options")
    }
  }

  /// As it is when a session begins.
  ///
  /// - Parameter profile: of the voice, fits the recognizer; nil where it is not known.
  package func normalizer(_ profile: VoiceProfile? = nil) -> Normalizer {
    let frontEnd = configuration.frontEnd
    var normalizer = Normalizer(statistics, configuration.normalizer, frontEnd: frontEnd, rowRate: frontEnd.rowRate)
    if let profile { normalizer.add(prior(profile)) }
    return normalizer
  }

  /// What the normaliser is to have heard when a session begins with a profile.
  ///
  /// A session holds all emotions, a profile a neutral voice. What lies between the two in the training data is
  /// added: mean + (all − neutral), variance × all / neutral. A model that does not know how neutral speech differs takes
  /// the profile as it is. A profile counts for the same time, however long its speech: that it is of this voice weighs
  /// more than how many rows it has. Where the model's own statistics count for less, networks are used to sessions that
  /// know little of a voice yet, and a profile counts for less as well.
  ///
  /// - Parameter profile: fits the recognizer.
  func prior(_ profile: VoiceProfile) -> FeatureStatistics {
    var prior = profile.statistics
    prior.weight = Float(Self.profileWeight * configuration.normalizer.prior * configuration.frontEnd.rowRate)
    guard let offsets else { return prior }
    let shares = labels.emotions.map { $0 == "neutral" ? 1 : 0 as Float }
    offsets.remove(shares.span, from: &prior)
    return prior
  }

  /// How many times as long as the model's own statistics a profile counts. Chosen on validation speakers: see
  /// docs/personal.md.
  static let profileWeight = 2.5
}
