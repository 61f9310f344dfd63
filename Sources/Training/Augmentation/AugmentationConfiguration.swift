import Streaming

/// Augmentation of training clips, so that a network learns the emotion and not the recording.
///
/// Omitted keys keep their defaults; 0 disables a change.
public struct AugmentationConfiguration: Codable, Sendable, Equatable {
  /// Factors of speed, which change tempo and pitch together (resampling); each adds an augmented copy of every clip.
  public var speeds: [Double] = [0.9, 1.1]
  /// Factors of tempo at the same pitch.
  public var tempos: [Double] = [0.85, 1.18]
  /// Shifts of pitch at the same tempo, in semitones.
  public var pitches: [Double] = [-1.5, 1.5]
  /// Number of further augmented copies of each clip, with random changes from `sound`.
  public var copies = 0
  /// Random changes of the sound of the copies.
  public var sound = SoundConfiguration()
  /// Whether the copies are made once; otherwise they are redrawn for every epoch.
  public var cache = true
  /// Probability of cropping an utterance, 0…1.
  public var cropChance: Float = 0.5
  /// The shortest part of an utterance that a crop keeps, 0.05…1.
  public var shortestCrop: Float = 0.5
  /// Longest block of rows that is masked with the mean, at most half an utterance (SpecAugment: Park et al. 2019).
  public var timeMask = 5
  /// Longest block of columns that is masked with the mean, at most half of them.
  public var columnMask = 7
  /// Standard deviation of a random constant added to each column of an utterance, which simulates another microphone
  /// or room. In units of the column's deviation.
  public var channel: Float = 0.15
  /// Standard deviation of another random constant, shared by all columns to which a gain adds a constant: the clip is
  /// louder or softer than the others of its session. In units of the column's deviation.
  public var level: Float = 0
  /// α of the Beta distribution for the shares of mixup: the share of another utterance of the batch that is mixed into
  /// each; 0 for none.
  public var mixup: Float = 0
  /// Probability that a clip is the first of its session; otherwise up to `longestSession` seconds of other clips of
  /// its speaker come before it. Networks without adaptation are unaffected.
  public var coldChance: Float = 0.3
  /// See `coldChance`; in seconds of speech.
  public var longestSession: Double = 60
  /// Probability that a session stays in one emotion: that of the clip itself with probability 0.5, otherwise that of a
  /// random clip.
  public var moodChance: Float = 0
  /// Settings for single networks, by name.
  public var networks: [String: NetworkAugmentation] = [:]

  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case speeds, tempos, pitches, copies, sound, cache, cropChance, shortestCrop, timeMask, columnMask, channel, level,
      mixup, coldChance, longestSession, moodChance, networks
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    try section.read(.speeds, into: &speeds)
    try section.read(.tempos, into: &tempos)
    try section.read(.pitches, into: &pitches)
    try section.read(.copies, into: &copies)
    try section.read(.sound, into: &sound)
    try section.read(.cache, into: &cache)
    try section.read(.cropChance, into: &cropChance)
    try section.read(.shortestCrop, into: &shortestCrop)
    try section.read(.timeMask, into: &timeMask)
    try section.read(.columnMask, into: &columnMask)
    try section.read(.channel, into: &channel)
    try section.read(.level, into: &level)
    try section.read(.mixup, into: &mixup)
    try section.read(.coldChance, into: &coldChance)
    try section.read(.longestSession, into: &longestSession)
    try section.read(.moodChance, into: &moodChance)
    try section.read(.networks, into: &networks)
  }

  /// All copies of each clip, beginning with the original.
  var versions: [Version] {
    [.original] + speeds.map(Version.speed) + tempos.map(Version.tempo) + pitches.map(Version.pitch)
      + (0..<copies).map(Version.copy)
  }

  /// - Throws: a `ConfigurationError` for the first value outside its range.
  public func validate() throws(ConfigurationError) {
    try validate(in: "training.augmentation")
    for name in networks.keys.sorted() {
      try forNetwork(name).validate(in: "training.augmentation.networks.\(name)")
    }
  }

  private func validate(in section: String) throws(ConfigurationError) {
    func require(_ holds: Bool, _ key: CodingKeys, _ range: String) throws(ConfigurationError) {
      try key.require(holds, in: section, range)
    }
    try require(speeds.allSatisfy { 0.5...2 ~= $0 }, .speeds, "factors between 0.5 and 2")
    try require(tempos.allSatisfy { 0.5...2 ~= $0 }, .tempos, "factors between 0.5 and 2")
    try require(pitches.allSatisfy { -12...12 ~= $0 }, .pitches, "between -12 and 12 semitones")
    try require(0...100 ~= copies, .copies, "between 0 and 100, not \(copies)")
    try require(
      (copies == 0) == (sound == SoundConfiguration()), .copies,
      "above 0 where sound says how they are varied, and 0 where it does not")
    try sound.validate()
    try require(0...1 ~= cropChance, .cropChance, "between 0 and 1, not \(cropChance)")
    try require(0.05...1 ~= shortestCrop, .shortestCrop, "between 0.05 and 1, not \(shortestCrop)")
    try require(timeMask >= 0, .timeMask, "0 or more rows, not \(timeMask)")
    try require(columnMask >= 0, .columnMask, "0 or more columns, not \(columnMask)")
    try require(0...2 ~= channel, .channel, "between 0 and 2 deviations, not \(channel)")
    try require(0...10 ~= level, .level, "between 0 and 10 deviations, not \(level)")
    try require(mixup == 0 || 0.05...1 ~= mixup, .mixup, "0, or between 0.05 and 1, not \(mixup)")
    try require(0...1 ~= coldChance, .coldChance, "between 0 and 1, not \(coldChance)")
    try require(0...3600 ~= longestSession, .longestSession, "between 0 and 3600 seconds, not \(longestSession)")
    try require(0...1 ~= moodChance, .moodChance, "between 0 and 1, not \(moodChance)")
  }
}
