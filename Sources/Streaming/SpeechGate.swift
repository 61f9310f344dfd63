/// Separates rows with speech from silence, noise and clicks, one row at a time.
///
/// A row is speech if it is periodic and its level exceeds an adaptive noise floor, or if it closely follows such a row
/// and exceeds the floor. The floor is the lowest level of the last seconds: between syllables speech falls back to the
/// noise, while a hum or a fan never does. Rows far softer than the loudest row of these seconds are not speech either.
/// Otherwise, in recordings without noise, words would extend down to the resolution of the samples. Soft sounds before
/// a much louder voice, a breath or a murmur, are excluded as well: the utterance then restarts with the voice.
///
/// Two kinds of periodic sound are rejected. The first is a tone, whose partials keep their frequencies more exactly
/// than a larynx can, at any level: a beep, a chime, a ring or dial tone, a plucked string, a held note, a transformer.
/// The second decays from its first moment on (a knock). An utterance begins with enough voiced rows and ends after a
/// pause.
public struct SpeechGate: Sendable {
  /// The effect of a row on the utterance.
  public enum Decision: Sendable, Equatable {
    /// Not speech, and no utterance is open.
    case silence
    /// An utterance begins; its first rows are the last `rows`, including this one.
    case begins(rows: Int)
    /// The open utterance restarts with the last `rows`, including this one: the rows before are too soft in
    /// comparison.
    case restarts(rows: Int)
    /// The utterance continues; the `pending` rows before this one also belong to it.
    case speech(pending: Int)
    /// A pause or the end: whether this row belongs to the utterance is still open.
    case pause
    /// The utterance ended with the last row that was speech.
    case ends
  }

  private let margin: Float
  private let range: Float
  private let minimumLevel: Float
  private let voicing: Float
  private let onsetRows: Int
  private let onsetWindow: Int
  private let preRoll: Int
  private let unvoicedRows: Int
  private let hangOver: Int
  private let longest: Int
  /// A sound decays if its level drops by at least this much from row to row (dB).
  private let fade: Float

  /// Levels of the last rows, a ring; empty before the first row.
  private var levels: [Float]
  private var isFirst = true
  private var newest = 0
  private var previousLevel = Self.silence.level
  /// The rows of the last `toneInterval`, a ring, and the index of the oldest, with which a row is compared.
  private var compared: [VoiceActivityFeatures]
  private var oldest = 0
  /// Bit k: whether the row k rows ago was voiced (neither a tone nor decaying) or active (above the floor).
  private var voicedHistory: UInt64 = 0
  private var activeHistory: UInt64 = 0
  private var isOpen = false
  private var rowsSinceVoiced = 0
  private var pending = 0
  private var length = 0
  /// The highest level reached by two voiced rows, and the number of far softer rows at the utterance's start.
  private var voiceLevel = -Float.infinity
  private var softRows = 0

  /// - Parameters:
  ///   - configuration: must be valid.
  ///   - rowRate: rows per second, positive.
  public init(_ configuration: SpeechGateConfiguration, rowRate: Double) {
    func rows(_ seconds: Double) -> Int { Int((seconds * rowRate).rounded()) }
    margin = configuration.margin
    range = configuration.range
    minimumLevel = configuration.minimumLevel
    voicing = configuration.voicing
    // The histories are 64 rows long.
    onsetRows = min(64, max(1, rows(configuration.onset)))
    onsetWindow = min(64, max(onsetRows, rows(configuration.onsetWindow)))
    preRoll = min(64, rows(configuration.preRoll))
    unvoicedRows = rows(configuration.unvoiced)
    hangOver = max(1, rows(configuration.hangOver))
    longest = max(1, rows(configuration.longest))
    levels = Array(repeating: Self.silence.level, count: max(1, rows(configuration.floorWindow)))
    compared = Array(repeating: Self.silence, count: min(63, max(1, rows(Self.toneInterval))))
    // 100 dB a second: the resonance of a room or a table top. Speech decays as fast at its end, but not at its
    // beginning.
    fade = Float(100 / rowRate)
  }

  private static let silence = VoiceActivityFeatures(level: -120, voicing: 0, pitch: 0)

  // Thresholds between tones and voices, measured with windows of 80 ms on 2700 sounds of 40 kinds (beeps, signals of
  // telephones, chimes, bells, strings, organs, hums) and on 216 clips of seven corpora, both without noise and in
  // noise.

  /// Time between the compared rows, in seconds; the next row where the hop is longer. In 40 ms the strongest partial
  /// of a voice moves by 13 Hz at the median, and by less than 0.6 Hz in one row of 20.
  private static let toneInterval = 0.04
  /// Frequency tolerance, in Hz: in noise 20 dB below it, a tone's partial is measured within 0.4 Hz.
  private static let sameHertz: Float = 0.5
  /// Additional tolerance at high frequencies, as a fraction of the frequency.
  private static let sameShare: Float = 0.001
  /// A row belongs to a tone if steady partials hold this share of the power of the strongest ones: 90 % of the rows of
  /// tones and 3 % of those of speech. Half the power finds no more tones, and misclassifies 5 % of speech.
  private static let steadyPart: Float = 0.8
  /// In a noisy sound with many equally strong partials, their common period is the better test. A row also belongs to
  /// a tone if both rows are at least this periodic …
  private static let steadyVoicing: Float = 0.9
  /// … and their pitch differs by less than this fraction.
  private static let steadyPitch: Float = 0.002

  /// Assumed distance from a voiced first row down to the noise, in dB, until the floor's window is full: the stream
  /// began in the middle of a word. Any other first row counts as noise. A fixed level would make the gate depend on
  /// the gain.
  private static let assumedRange: Float = 20

  /// Maximum number of rows before the current one that a decision refers to.
  public var reach: Int { max(onsetWindow + preRoll, hangOver) }

  /// The current noise floor, in dB below full scale.
  public var noiseFloor: Float {
    var lowest = Float.infinity
    for level in levels { lowest = min(lowest, level) }
    return lowest
  }

  /// The highest level of the floor's window, in dB below full scale.
  private var loudest: Float {
    var highest = -Float.infinity
    for level in levels { highest = max(highest, level) }
    return highest
  }

  /// Returns to the initial state: the next row is the first of a stream.
  public mutating func reset() {
    isFirst = true
    for i in levels.indices { levels[i] = Self.silence.level }
    previousLevel = Self.silence.level
    for i in compared.indices { compared[i] = Self.silence }
    voicedHistory = 0
    activeHistory = 0
    isOpen = false
  }

  /// Processes the next row.
  public mutating func step(_ voiceActivity: VoiceActivityFeatures) -> Decision {
    if isFirst {
      let assumedFloor = voiceActivity.level - (voiceActivity.voicing >= voicing ? Self.assumedRange : 0)
      for i in levels.indices { levels[i] = assumedFloor }
      isFirst = false
    }
    let floor = noiseFloor
    newest = (newest + 1) % levels.count
    levels[newest] = voiceActivity.level
    let isActive = voiceActivity.level >= max(floor + margin, loudest - range, minimumLevel)
    let isTone = Self.isTone(voiceActivity, after: compared[oldest])
    compared[oldest] = voiceActivity
    oldest = (oldest + 1) % compared.count
    let isVoiced = isActive && voiceActivity.voicing >= voicing && !isTone
    let isFading = voiceActivity.level < previousLevel - fade
    previousLevel = voiceActivity.level
    voicedHistory = voicedHistory << 1 | (isVoiced && !isFading ? 1 : 0)
    // The compared row and those in between belong to the tone as well; no row can be classified by itself.
    if isTone { voicedHistory &= ~Self.lastRows(compared.count + 1) }
    activeHistory = activeHistory << 1 | (isActive ? 1 : 0)
    return isOpen ? proceed(isActive: isActive, isVoiced: isVoiced) : open()
  }

  /// Whether two rows belong to one tone: their common partials are steady.
  private static func isTone(_ voiceActivity: VoiceActivityFeatures, after earlier: VoiceActivityFeatures) -> Bool {
    let part = voiceActivity.partials.partStanding(with: earlier.partials, hertz: sameHertz, share: sameShare)
    let hasPitch = min(voiceActivity.voicing, earlier.voicing) > steadyVoicing
    return part >= steadyPart
      || hasPitch && abs(voiceActivity.pitch - earlier.pitch) < steadyPitch * voiceActivity.pitch
  }

  private mutating func open() -> Decision {
    let window = Self.lastRows(onsetWindow)
    guard (voicedHistory & window).nonzeroBitCount >= onsetRows else { return .silence }
    isOpen = true
    pending = 0
    rowsSinceVoiced = voicedHistory.trailingZeroBitCount
    // Extends the onset back from its first voiced row over the active rows before it: an unvoiced initial consonant.
    let firstVoiced = 64 - (voicedHistory & window).leadingZeroBitCount
    let before = firstVoiced < 64 ? (~(activeHistory >> UInt64(firstVoiced))).trailingZeroBitCount : 0
    length = firstVoiced + min(before, preRoll)
    voiceLevel = -Float.infinity
    softRows = 0
    return .begins(rows: length)
  }

  private mutating func proceed(isActive: Bool, isVoiced: Bool) -> Decision {
    rowsSinceVoiced = isVoiced ? 0 : rowsSinceVoiced + 1
    guard isVoiced || isActive && rowsSinceVoiced <= unvoicedRows else {
      pending += 1
      return pending < hangOver ? .pause : close()
    }
    guard length + pending < longest else { return close() }
    defer { pending = 0 }
    length += pending + 1
    return restart() ?? .speech(pending: pending)
  }

  /// Drops the utterance's first rows where they are too soft beside the newest row, as far back as possible.
  private mutating func restart() -> Decision? {
    guard length <= levels.count, voicedHistory & 1 == 1 else { return nil }
    voiceLevel = max(voiceLevel, recentVoiceLevel)
    while softRows < length, level(rowsAgo: length - 1 - softRows) < voiceLevel - range { softRows += 1 }
    let rest = length - softRows
    let voicedRows = (voicedHistory & Self.lastRows(rest)).nonzeroBitCount
    guard softRows > 0, rest <= reach, voicedRows >= onsetRows else { return nil }
    length = rest
    softRows = 0
    return .restarts(rows: rest)
  }

  /// The second highest level of the voiced rows within reach: the first row of a knock may also be voiced.
  private var recentVoiceLevel: Float {
    var (highest, second) = (-Float.infinity, -Float.infinity)
    for row in 0..<min(length, reach, 64) where voicedHistory >> UInt64(row) & 1 == 1 {
      let level = level(rowsAgo: row)
      second = max(second, min(level, highest))
      highest = max(highest, level)
    }
    return second
  }

  private func level(rowsAgo: Int) -> Float { levels[(newest - rowsAgo + levels.count) % levels.count] }

  /// The bits of the last `count` rows, 0…64, in a history.
  private static func lastRows(_ count: Int) -> UInt64 { count >= 64 ? .max : (1 << UInt64(count)) - 1 }

  /// Clears old voiced rows, which must not open the next utterance.
  private mutating func close() -> Decision {
    isOpen = false
    voicedHistory = 0
    activeHistory = 0
    return .ends
  }
}
