extension Recognizer {
  /// Checks that a profile has the same kind of rows as the recognizer.
  ///
  /// - Parameter name: the name of the profile in the error message.
  /// - Throws: a `ConfigurationError` with the setting that differs and both values.
  public func requireFit(_ profile: VoiceProfile, name: String) throws(ConfigurationError) {
    let differences = profile.differences(from: configuration)
    guard differences.isEmpty else {
      throw ConfigurationError(
        key: name,
        message: "the profile was made with other features than the model's: \(differences.joined(separator: ", ")); "
          + "calibrate again with this model and these options")
    }
  }

  /// The normaliser at the beginning of a session.
  ///
  /// - Parameter profile: of the voice, fits the recognizer; nil where it is unknown.
  package func normalizer(_ profile: VoiceProfile? = nil) -> Normalizer {
    let frontEnd = configuration.frontEnd
    var normalizer = Normalizer(statistics, configuration.normalizer, frontEnd: frontEnd, rowRate: frontEnd.rowRate)
    if let profile { normalizer.add(prior(profile)) }
    return normalizer
  }

  /// The statistics with which the normaliser begins a session that has a profile.
  ///
  /// A session holds all emotions, a profile a neutral voice. The difference between the two in the training data is
  /// added: mean + (all − neutral), variance × all / neutral. A model without emotion offsets takes the profile
  /// unchanged. The weight of a profile does not depend on the length of its speech: that it matches the voice matters
  /// more than its number of rows. With fewer prior seconds, networks are trained for sessions with little information
  /// about a voice, and the profile counts for less as well.
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

  /// Weight of a profile relative to the model's prior seconds. Chosen on validation speakers: see docs/personal.md.
  static let profileWeight = 2.5
}
