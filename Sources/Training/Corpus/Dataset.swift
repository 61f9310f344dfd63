import Capture
import Models
import Streaming
import Support
import Synchronization

/// The rows of every clip of a corpus, in every augmented copy for training. Read once, shared by all folds.
public struct Dataset: Sendable {
  /// The readable recordings, and their labels.
  public private(set) var corpus: Corpus
  private(set) var configuration: RecognizerConfiguration
  /// [clip][copy]; the first is the original recording.
  private(set) var rows: [[ClipRows]]
  /// The content of each clip as a `Sound.fingerprint`, with or without speech: [clip].
  private(set) var contents: [UInt64]
  /// The original and the copies of each clip.
  let versions: [Version]
  /// nil where there are no random copies.
  private let augmenter: SoundAugmenter?
  private let isCached: Bool
  /// The epoch of the random copies; nil for all.
  private var epochOfCopies: Int?
  /// The speaker numbers that seed the random copies.
  private let speakerNumbers: [String: Int]
  private let stop: StopFlag
  /// Unreadable recordings: the reason for each, in a sentence.
  public let unreadable: [String]

  /// Clips without detected speech, by index: they are excluded from training, and tests count them as errors.
  public var silent: [Int] { rows.indices.filter { rows[$0][0].utterances.isEmpty } }

  /// Clips with identical sound under different names, by index: each list has all that are identical.
  public var duplicates: [[Int]] {
    let alike = Dictionary(grouping: corpus.clips.indices.filter { corpus.clips[$0].fingerprint != nil }) {
      corpus.clips[$0].fingerprint!
    }
    return alike.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
  }

  /// The same rows with the configurations of other networks.
  public func with(networks: [NetworkConfiguration]) -> Dataset {
    var dataset = self
    dataset.configuration.networks = networks
    return dataset
  }

  /// A larger share of unreadable recordings indicates a general fault.
  private static let tolerableDamage = 0.1

  /// Reads all clips of a corpus, on all cores. Unreadable recordings are omitted.
  ///
  /// - Parameters:
  ///   - configuration: its front end computes the rows, its gate the utterances.
  ///   - augmentation: the copies to make; nil for only the original recordings.
  ///   - seed: of the random copies.
  ///   - testSpeakers: speakers whose clips are not used for training: these have only the original recording.
  ///   - stop: ends reading between two recordings, now and when copies are redrawn.
  ///   - progress: called after each clip with the number of clips read; from several threads, one at a time.
  /// - Throws: a `ConfigurationError` for an unusable configuration; an `OperationError` or a `CaptureError` where the
  ///   noises or impulse responses for augmentation are missing or unreadable; an `OperationError` where more than a
  ///   tenth of the recordings are unreadable, or identical sounds have different labels or speakers; `Stopped` after a
  ///   stop.
  public init(
    _ corpus: Corpus, configuration: RecognizerConfiguration, augmentation: AugmentationConfiguration?,
    seed: UInt64 = 0, testSpeakers: Set<String> = [], stop: StopFlag = StopFlag(),
    progress: @Sendable (Int) -> Void = { _ in }
  ) throws {
    try configuration.validate()
    let versions = augmentation?.versions ?? [.original]
    let extractor = RowExtractor(configuration)
    let augmenter =
      try augmentation.flatMap { augmentation in
        augmentation.copies == 0
          ? nil : try SoundAugmenter(augmentation.sound, rate: configuration.frontEnd.sampleRate, seed: seed)
      }
    let speakerNumbers = corpus.speakerNumbers
    let done = Mutex(0)
    let extractions = try Parallel.map(Array(corpus.clips.enumerated())) { index, clip in
      if stop.isStopped { throw Stopped() }
      let extraction: Extraction
      do {
        let sound = try Sound(path: clip.path)
        let versions = testSpeakers.contains(clip.speaker) ? [.original] : versions
        let rows = try extractor.rows(sound, versions: versions) { copy in
          try augmenter!.copy(copy, of: sound, clip: index, speaker: speakerNumbers[clip.speaker]!, epoch: nil)
        }
        extraction = .rows(rows, fingerprint: sound.fingerprint)
      } catch let error as CaptureError {
        extraction = .unreadable(error.message)
      }
      done.withLock { count in
        count += 1
        progress(count)
      }
      return extraction
    }
    var readable = corpus
    readable.clips = []
    var rows: [[ClipRows]] = []
    var unreadable: [String] = []
    var contents: [UInt64] = []
    for (clip, extraction) in zip(corpus.clips, extractions) {
      switch extraction {
      case .rows(let versions, let fingerprint):
        readable.clips.append(clip)
        if !versions[0].utterances.isEmpty { readable.clips[readable.clips.count - 1].fingerprint = fingerprint }
        rows.append(versions)
        contents.append(fingerprint)
      case .unreadable(let reason): unreadable.append(reason)
      }
    }
    guard Double(unreadable.count) <= Self.tolerableDamage * Double(corpus.clips.count) else {
      throw OperationError(
        .badData,
        "\(unreadable.count) of \(corpus.clips.count) recordings cannot be read, which is more than a tenth; the first: "
          + unreadable[0])
    }
    self.corpus = readable
    self.configuration = configuration
    self.rows = rows
    self.contents = contents
    self.unreadable = unreadable
    self.versions = versions
    self.augmenter = augmenter
    self.speakerNumbers = speakerNumbers
    isCached = augmentation?.cache ?? true
    self.stop = stop
    try checkDuplicates()
  }

  /// Fingerprint of the recorded noises and rooms of the copies; nil where there are none.
  var fingerprintOfScenes: UInt64? { augmenter?.fingerprint }

  /// Redraws the random copies of some clips, on all cores, unless they are fixed.
  ///
  /// - Throws: a `CaptureError` for a recording that is no longer readable; `Stopped` after a stop.
  mutating func redrawCopies(of clips: [Int], epoch: Int) throws {
    guard let augmenter, !isCached else { return }
    let copies = versions.indices.filter { if case .copy = versions[$0] { true } else { false } }
    let drawn = try copyRows(of: clips, versions: copies.map { versions[$0] }, augmenter, epoch: epoch)
    for (clip, rows) in zip(clips, drawn) {
      for (version, rows) in zip(copies, rows) { self.rows[clip][version] = rows }
    }
    epochOfCopies = epoch
  }

  /// Whether a copy of a clip keeps the perceived gender of the voice: its pitch is unchanged.
  func keepsGender(_ clip: Int, in version: Int) -> Bool {
    switch versions[version] {
    case .original, .tempo: true
    case .speed, .pitch: false
    case .copy(let copy):
      augmenter!.voice(ofCopy: copy, speaker: speakerNumbers[corpus.clips[clip].speaker]!, epoch: epochOfCopies)
        .keepsGender
    }
  }

  private func copyRows(
    of clips: [Int], versions: [Version], _ augmenter: SoundAugmenter, epoch: Int
  ) throws -> [[ClipRows]] {
    let extractor = RowExtractor(configuration)
    return try Parallel.map(clips) { index in
      if stop.isStopped { throw Stopped() }
      let clip = corpus.clips[index]
      let sound = try Sound(path: clip.path)
      return try extractor.rows(sound, versions: versions) { copy in
        try augmenter.copy(copy, of: sound, clip: index, speaker: speakerNumbers[clip.speaker]!, epoch: epoch)
      }
    }
  }

  private enum Extraction: Sendable {
    case rows([ClipRows], fingerprint: UInt64)
    case unreadable(String)
  }

  /// One sound cannot have two speakers or two emotions.
  private func checkDuplicates() throws(OperationError) {
    for alike in duplicates {
      let first = corpus.clips[alike[0]]
      for clip in alike.dropFirst().map({ corpus.clips[$0] })
      where clip.speaker != first.speaker || clip.emotion != first.emotion {
        func words(_ clip: Clip) -> String { "\(corpus.labels.emotions[clip.emotion]) by \(clip.speaker)" }
        throw OperationError(
          .badData,
          "\(first.path) and \(clip.path) hold the same sound, but are said to be \(words(first)) and \(words(clip)): "
            + "remove the wrong one")
      }
    }
  }

  /// The same clips with changed sounds: reads them again, on all cores.
  ///
  /// - Parameter change: changes a clip's sound; receives the numbers of the clip and of its speaker.
  func changed(
    by change: @Sendable (_ sound: Sound, _ clip: Int, _ speaker: Int) throws -> Sound
  ) throws -> Dataset {
    precondition(versions.count == 1, "of recordings as they are")
    let extractor = RowExtractor(configuration)
    let speakers = corpus.speakerNumbers
    var changed = self
    changed.rows = try Parallel.map(Array(corpus.clips.enumerated())) { index, clip in
      if stop.isStopped { throw Stopped() }
      let sound = try change(Sound(path: clip.path), index, speakers[clip.speaker]!)
      return [try extractor.rows(sound.samples, sampleRate: sound.rate)]
    }
    return changed
  }

  /// The same recordings with the emotions of some of them randomly permuted: a model trained on them should not exceed
  /// chance level on others.
  func shufflingEmotions(of clips: [Int], using random: inout RandomSource) -> Dataset {
    var shuffled = self
    let emotions = clips.map { corpus.clips[$0].emotion }.shuffled(using: &random)
    for (clip, emotion) in zip(clips, emotions) { shuffled.corpus.clips[clip].emotion = emotion }
    return shuffled
  }
}

extension Dataset {
  /// Statistics of all rows of some clips in their original recordings.
  ///
  /// - Parameter clips: by index into the corpus.
  func statistics(of clips: [Int]) -> FeatureStatistics {
    clips.reduce(into: FeatureStatistics(width: FeatureLayout(configuration.frontEnd).width)) {
      $0.add(rows[$1][0].statistics)
    }
  }
}
