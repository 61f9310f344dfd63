import Capture
import Streaming
import Synchronization

/// The rows of every clip of a corpus, in every version that training asks for. Read once, shared by all folds.
public struct Dataset: Sendable {
  /// The recordings and their labels.
  public let corpus: Corpus
  let configuration: RecognizerConfiguration
  /// [clip][version]; the first version is the recording as it is.
  let rows: [[ClipRows]]

  /// Clips in which the gate heard no speech, by index: they take no part in training, and tests count them as errors.
  public var silent: [Int] { rows.indices.filter { rows[$0][0].utterances.isEmpty } }

  /// Reads all clips of a corpus, on all cores.
  ///
  /// - Parameters:
  ///   - configuration: its front end makes the rows, its gate the utterances.
  ///   - augmentation: the versions to make; nil for the recordings as they are.
  ///   - stop: ends the reading between two recordings.
  ///   - progress: called after each clip with the number of clips read; from several threads, one at a time.
  /// - Throws: a `ConfigurationError` for a configuration that cannot work; the error of the first clip that cannot be
  ///   read; `Stopped` after a stop.
  public init(
    _ corpus: Corpus, configuration: RecognizerConfiguration, augmentation: AugmentationConfiguration?,
    stop: StopFlag = StopFlag(), progress: @Sendable (Int) -> Void = { _ in }
  ) throws {
    try configuration.validate()
    self.corpus = corpus
    self.configuration = configuration
    let versions = augmentation?.versions ?? [.original]
    let extractor = RowExtractor(configuration)
    let done = Mutex(0)
    rows = try Parallel.map(corpus.clips) { clip in
      if stop.isStopped { throw Stopped() }
      let rows = try extractor.rows(ofFile: clip.path, versions: versions)
      done.withLock { count in
        count += 1
        progress(count)
      }
      return rows
    }
  }
}
