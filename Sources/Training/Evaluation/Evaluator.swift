import Models
import Streaming

/// Lets a recognizer hear clips of a dataset, row by row, as it would live.
struct Evaluator {
  private let dataset: Dataset
  private let recognizer: Recognizer
  private var recognition: Recognition

  init(_ recognizer: Recognizer, _ dataset: Dataset) {
    self.dataset = dataset
    self.recognizer = recognizer
    recognition = Recognition(recognizer)
  }

  /// What was heard in one clip.
  struct Hearing {
    var verdict: RecordingVerdict
    var utterances: [Utterance]
    /// Index of the most probable gender; nil without a gender head or speech.
    var gender: Int?
  }

  /// Hears one clip.
  ///
  /// - Parameter isFresh: whether it is the first of a session, or the normaliser knows what went before.
  mutating func hear(_ clip: Int, isFresh: Bool = true) -> Hearing {
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
    var hearing = Hearing(
      verdict: RecordingVerdict(labels: recognizer.labels.emotions.count), utterances: [], gender: nil)
    for case .utterance(let utterance) in recognition.events {
      hearing.verdict.add(utterance)
      hearing.utterances.append(utterance)
    }
    recognition.events.removeAll(keepingCapacity: true)
    hearing.gender = hearing.utterances.last.flatMap { last in
      last.gender.indices.max { last.gender[$0] < last.gender[$1] }
    }
    return hearing
  }

  /// How well emotions and genders of some clips are recognised.
  ///
  /// - Parameter session: nil for clips that each are a fresh session; else the seed of the order in which the clips of
  ///   each speaker are played as one session, to which the normaliser adapts as it would live.
  mutating func evaluate(_ clips: [Int], session: UInt64? = nil) -> Evaluation {
    var evaluation = Evaluation(
      emotion: ConfusionMatrix(classes: dataset.corpus.labels.emotions.count),
      gender: ConfusionMatrix(classes: dataset.corpus.labels.genders.count))
    for (_, clips) in Dictionary(grouping: clips, by: { dataset.corpus.clips[$0].speaker }).sorted(by: {
      $0.key < $1.key
    }) {
      var clips = clips
      if let session {
        var random = RandomSource(seed: session)
        clips.shuffle(using: &random)
      }
      for (index, clip) in clips.enumerated() {
        let hearing = hear(clip, isFresh: session == nil || index == 0)
        var heard: Int?
        if case .emotion(let label) = hearing.verdict.label { heard = label }
        evaluation.emotion.add(said: dataset.corpus.clips[clip].emotion, heard: heard)
        if let gender = dataset.corpus.clips[clip].gender {
          evaluation.gender.add(said: gender, heard: hearing.gender)
        }
      }
    }
    return evaluation
  }
}
