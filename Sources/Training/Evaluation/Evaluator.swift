import Models
import Streaming

/// Runs a recognizer on clips of a dataset, row by row, as in live use.
struct Evaluator {
  private let dataset: Dataset
  private let recognizer: Recognizer
  private var recognition: RecognizerSession

  /// - Parameter profile: at the beginning of every session.
  init(_ recognizer: Recognizer, _ dataset: Dataset, profile: VoiceProfile? = nil) {
    self.dataset = dataset
    self.recognizer = recognizer
    recognition = RecognizerSession(recognizer, profile: profile, utterancesOnly: true)
  }

  /// The result for one clip.
  struct ClipResult {
    var prediction: RecordingPrediction
    var utterances: [Utterance]
    /// Probability of each gender at the end; empty without a gender head or speech.
    var genders: [Float] { utterances.last?.gender ?? [] }
    /// Index of the most probable gender; nil without a gender head or speech.
    var gender: Int? { genders.indices.max { genders[$0] < genders[$1] } }
  }

  /// Processes one clip.
  ///
  /// - Parameter isFresh: whether it is the first of a session; otherwise the normaliser keeps its session statistics.
  mutating func recognize(_ clip: Int, isFresh: Bool = true) -> ClipResult {
    if isFresh { recognition.reset() }
    let rows = dataset.rows[clip][0]
    var row = 0
    for utterance in rows.utterances {
      recognition.utteranceBegan(row: row)
      for start in stride(from: 0, to: utterance.count, by: rows.width) {
        recognition.utterance(row: row, utterance.span.extracting(start..<start + rows.width))
        row += 1
      }
      recognition.utteranceEnded(row: row)
    }
    var result = ClipResult(
      prediction: RecordingPrediction(labels: recognizer.labels.emotions.count), utterances: [])
    for case .utterance(let utterance) in recognition.events {
      result.prediction.add(utterance)
      result.utterances.append(utterance)
    }
    recognition.events.removeAll(keepingCapacity: true)
    return result
  }

  /// Processes some clips, each after its session history.
  ///
  /// - Returns: the result for each, in their order.
  mutating func recognize(_ clips: [Int], before: SessionHistory) -> [ClipResult] {
    var results: [Int: ClipResult] = [:]
    let speakers = Dictionary(grouping: clips) { dataset.corpus.clips[$0].speaker }
    for (speaker, clips) in speakers {
      if case .calibration(let known) = before {
        recognition = RecognizerSession(
          recognizer, profile: profile(of: known[speaker, default: []]), utterancesOnly: true)
      }
      for session in before.sessions(clips, of: dataset.corpus) {
        for (index, clip) in session.enumerated() { results[clip] = recognize(clip, isFresh: index == 0) }
      }
    }
    return clips.map { results[$0]! }
  }

  /// The profile that `ser-live calibrate` would make of some clips; nil where they contain no speech.
  private func profile(of clips: [Int]) -> VoiceProfile? {
    let speech = dataset.statistics(of: clips)
    return speech.weight > 0 ? VoiceProfile(speech, madeWith: recognizer.configuration) : nil
  }
}
