import Streaming

/// How training clips are varied, so that a network learns the emotion and not the recording.
///
/// Keys that a configuration leaves out keep their defaults; 0 switches a change off.
public struct AugmentationConfiguration: Codable, Sendable, Equatable {
  /// Faster and higher together (resampling), as factors; each is a further version of every clip.
  public var speeds: [Double] = [0.9, 1.1]
  /// Faster at the same pitch, as factors.
  public var tempos: [Double] = [0.85, 1.18]
  /// Higher at the same tempo, in semitones.
  public var pitches: [Double] = [-1.5, 1.5]
  /// Further versions of each clip, whose sound is varied by chance as `sound` says.
  public var copies = 0
  /// How the sound of the copies is varied.
  public var sound = SoundConfiguration()
  /// Whether the copies are made once; else they are drawn anew for every epoch.
  public var cache = true
  /// Chance of cutting an utterance short, 0…1.
  public var cropChance: Float = 0.5
  /// The shortest part of an utterance that is kept, 0.05…1.
  public var shortestCrop: Float = 0.5
  /// Longest stretch of rows that is set to the mean, at most half an utterance (SpecAugment: Park et al. 2019).
  public var timeMask = 5
  /// Longest stretch of columns that is set to the mean, at most half of them.
  public var columnMask = 7
  /// Deviation of a random constant added to each column of an utterance: another microphone, another room. In
  /// units of the column's deviation.
  public var channel: Float = 0.15
  /// Deviation of another random constant, the same for all columns to which a gain adds one: the clip is louder or softer
  /// than the others of its session. In units of the column's deviation.
  public var level: Float = 0
  /// α of the Beta distribution from which shares of mixup are drawn: how much of another utterance of the batch is mixed
  /// into each; 0 for none.
  public var mixup: Float = 0
  /// Chance of a clip to be heard first in its session; otherwise up to `longestSession` seconds of other clips of
  /// its speaker went before. Networks that do not adapt hear no difference.
  public var coldChance: Float = 0.3
  /// See `coldChance`; in seconds of speech.
  public var longestSession: Double = 60
  /// Chance of a session to be in one mood: what went before the clip is of one emotion, as often as not of the clip's own.
  public var moodChance: Float = 0
  /// By a network's name, what holds for it alone.
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

  /// The versions of each clip, the first as it is.
  var versions: [Version] {
    [.original] + speeds.map(Version.speed) + tempos.map(Version.tempo) + pitches.map(Version.pitch)
      + (0..<copies).map(Version.copy)
  }

  /// - Throws: a `ConfigurationError` that names the first value outside its range.
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
