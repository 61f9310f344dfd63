import Capture
import Models
import Streaming
import Support
import Synchronization

/// The rows of every clip of a corpus, in every version that training asks for. Read once, shared by all folds.
public struct Dataset: Sendable {
  /// The recordings that could be read, and their labels.
  public private(set) var corpus: Corpus
  private(set) var configuration: RecognizerConfiguration
  /// [clip][version]; the first version is the recording as it is.
  private(set) var rows: [[ClipRows]]
  /// What each clip holds, by `Sound.fingerprint`, whether there is speech in it or not: [clip].
  private(set) var contents: [UInt64]
  /// The versions of each clip.
  let versions: [Version]
  /// nil where no version is a copy.
  private let augmenter: SoundAugmenter?
  private let isCached: Bool
  /// For which epoch the copies were drawn; nil for all.
  private var epochOfCopies: Int?
  /// The numbers of speakers by which copies are drawn.
  private let speakerNumbers: [String: Int]
  private let stop: StopFlag
  /// Recordings that cannot be read: why, in a sentence each.
  public let unreadable: [String]

  /// Clips in which the gate heard no speech, by index: they take no part in training, and tests count them as errors.
  public var silent: [Int] { rows.indices.filter { rows[$0][0].utterances.isEmpty } }

  /// Clips that hold the same sound as another one under another name, by index: each list has all that are alike.
  public var duplicates: [[Int]] {
    let alike = Dictionary(grouping: corpus.clips.indices.filter { corpus.clips[$0].fingerprint != nil }) {
      corpus.clips[$0].fingerprint!
    }
    return alike.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
  }

  /// The same rows for other networks.
  public func with(networks: [NetworkConfiguration]) -> Dataset {
    var dataset = self
    dataset.configuration.networks = networks
    return dataset
  }

  /// A larger share of recordings that cannot be read is no accident of a few files.
  private static let tolerableDamage = 0.1

  /// Reads all clips of a corpus, on all cores. A recording that cannot be read is left out.
  ///
  /// - Parameters:
  ///   - configuration: its front end makes the rows, its gate the utterances.
  ///   - augmentation: the versions to make; nil for the recordings as they are.
  ///   - seed: of what chance decides about copies.
  ///   - testSpeakers: speakers whose clips no training needs: of these there is only the recording as it is.
  ///   - stop: ends reading between two recordings, now and when copies are drawn anew.
  ///   - progress: called after each clip with the number of clips read; from several threads, one at a time.
  /// - Throws: a `ConfigurationError` for a configuration that cannot work; a `OperationError` or a `CaptureError` where
  ///   the noises or impulse responses that augmentation asks for are not there or cannot be read; a `OperationError` where more than a tenth of
  ///   the recordings cannot be read, or one sound is there under two names with other labels or speakers; `Stopped`
  ///   after a stop.
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

  /// Of the recorded noises and rooms that copies are made with; nil where there are none.
  var fingerprintOfScenes: UInt64? { augmenter?.fingerprint }

  /// Draws the copies of some clips anew, on all cores, unless they are to stay as they are.
  ///
  /// - Throws: `CaptureError` for a recording that can be read no more; `Stopped` after a stop.
  mutating func redrawCopies(of clips: [Int], epoch: Int) throws {
    guard let augmenter, !isCached else { return }
    let copies = versions.indices.filter { if case .copy = versions[$0] { true } else { false } }
    let drawn = try copyRows(of: clips, versions: copies.map { versions[$0] }, augmenter, epoch: epoch)
    for (clip, rows) in zip(clips, drawn) {
      for (version, rows) in zip(copies, rows) { self.rows[clip][version] = rows }
    }
    epochOfCopies = epoch
  }

  /// Whether the voice of a clip is still heard as a woman's or a man's in a version, as it was: neither higher nor lower.
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

  /// The same sound cannot be two speakers or two emotions.
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

  /// The same clips as they sound when something is done to them: read again, on all cores.
  ///
  /// - Parameter change: makes a clip's sound another one; told the numbers of the clip and of its speaker.
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

  /// The same recordings with the emotions of some of them dealt out anew among these, by chance: whoever learns from
  /// them learns nothing, and does no better on others than chance.
  func shufflingEmotions(of clips: [Int], using random: inout RandomSource) -> Dataset {
    var shuffled = self
    let emotions = clips.map { corpus.clips[$0].emotion }.shuffled(using: &random)
    for (clip, emotion) in zip(clips, emotions) { shuffled.corpus.clips[clip].emotion = emotion }
    return shuffled
  }
}

extension Dataset {
  /// Of all rows of some clips as they were recorded.
  ///
  /// - Parameter clips: by index into the corpus.
  func statistics(of clips: [Int]) -> FeatureStatistics {
    clips.reduce(into: FeatureStatistics(width: FeatureLayout(configuration.frontEnd).width)) {
      $0.add(rows[$1][0].statistics)
    }
  }
}
