import Models

/// Processes the utterances of one stream: normaliser, network states, ensemble and smoother.
///
/// Non-streaming networks process an utterance as a whole when it ends: enough for its prediction, but not for labels
/// during the utterance.
package struct RecognizerSession: UtteranceReceiver {
  private let recognizer: Recognizer
  private let hop: Double
  private let window: Double
  var normalizer: Normalizer
  /// The normaliser's statistics of the voice at the beginning of a session.
  private let prior: FeatureStatistics?
  private var states: [InferenceNetwork.State]
  /// Buffered rows of the open utterance, for each non-streaming network.
  private var waiting: [[Float]]
  /// Whether each network runs row by row in this session.
  private let isStreaming: [Bool]
  private(set) var smoother: Smoother
  /// A row normalised by the session's statistics, and by the model's own.
  private var adapted: [Float]
  private var fixed: [Float]
  /// Class priors, [emotions]; nil where all emotions are as frequent as in training.
  private let priors: [Float]?
  /// Probabilities of each emotion network, [networks × emotions].
  private var votes: [Float]
  /// Probabilities of one network.
  private var probabilities: [Float]
  /// The ensemble's posterior over the utterance so far, [emotions].
  package private(set) var posterior: [Float]
  /// The posterior after the label map, [labels].
  private var reported: [Float]
  private var gender: [Float]
  /// First row of the open utterance.
  private var first: Int?
  /// Statistics of its rows, where the session removes the effect of its emotion.
  private var spoken: FeatureStatistics
  /// Effects of emotions on a voice; nil where a session keeps utterances unchanged.
  private let offsets: EmotionOffsets?
  private(set) var time = 0.0
  private(set) var level: Float = -120
  /// Events that have not been fetched yet.
  package var events: [PipelineEvent] = []

  /// - Parameters:
  ///   - profile: of the voice, fits the recognizer; nil where it is unknown.
  ///   - utterancesOnly: whether only predictions for whole utterances are needed. Networks whose steps would recompute
  ///     nearly everything then also run once per utterance, when it ends.
  package init(_ recognizer: Recognizer, profile: VoiceProfile? = nil, utterancesOnly: Bool = false) {
    let frontEnd = recognizer.configuration.frontEnd
    let emotions = recognizer.labels.emotions.count
    self.recognizer = recognizer
    hop = Double(frontEnd.hop) / Double(frontEnd.sampleRate)
    window = Double(frontEnd.window) / Double(frontEnd.sampleRate)
    prior = profile.map(recognizer.prior)
    normalizer = recognizer.normalizer(profile)
    states = recognizer.folded.map { $0.makeState() }
    waiting = recognizer.networks.map { _ in [] }
    isStreaming = recognizer.networks.map { $0.isStreaming && !(utterancesOnly && $0.unrollsPooledRow) }
    smoother = Smoother(labels: recognizer.labelMap.names.count, configuration: recognizer.configuration.smoother)
    adapted = Array(repeating: 0, count: recognizer.width)
    fixed = adapted
    priors = recognizer.configuration.priors.weights(of: recognizer.labels.emotions)
    votes = Array(repeating: 0, count: recognizer.ensemble.weights.count * emotions)
    probabilities = Array(repeating: 0, count: max(emotions, recognizer.labels.genders.count))
    posterior = Array(repeating: 0, count: emotions)
    reported = Array(repeating: 0, count: recognizer.labelMap.names.count)
    spoken = FeatureStatistics(width: recognizer.width)
    offsets = recognizer.configuration.normalizer.compensation > 0 ? recognizer.offsets : nil
    let tellsGender = recognizer.networks.contains { $0.configuration.target == .gender }
    gender = Array(repeating: 0, count: tellsGender ? recognizer.labels.genders.count : 0)
  }

  package mutating func reset() {
    normalizer.reset()
    if let prior { normalizer.add(prior) }
    smoother.reset()
    first = nil
    time = 0
    level = -120
    events.removeAll()
  }

  package mutating func utteranceBegan(row: Int) {
    normalizer.mark()
    begin(row)
  }

  package mutating func utteranceRestarted(row: Int) {
    normalizer.rewind()
    smoother.restartUtterance()
    begin(row)
  }

  private mutating func begin(_ row: Int) {
    first = row
    spoken.reset()
    for i in states.indices {
      recognizer.folded[i].reset(&states[i])
      waiting[i].removeAll(keepingCapacity: true)
    }
  }

  package mutating func utterance(row: Int, _ features: Span<Float>) {
    if offsets != nil { spoken.add(features) }
    normalizer.adapt(features, into: &adapted)
    normalizer.normalize(features, into: &fixed)
    var emotionNetwork = 0
    for (i, network) in recognizer.networks.enumerated() {
      let input = network.configuration.adaptive ? adapted : fixed
      if isStreaming[i] {
        recognizer.folded[i].step(input.span, &states[i], into: &probabilities)
        note(network.configuration.target, emotionNetwork)
      } else {
        waiting[i] += input
      }
      if network.configuration.target == .emotion { emotionNetwork += 1 }
    }
    if isStreaming.allSatisfy({ $0 }) { vote() }
  }

  /// Combines the probabilities of the emotion networks.
  private mutating func vote() {
    recognizer.ensemble.combine(&votes, into: &posterior)
    if let priors { EmotionPriors.adjust(&posterior, by: priors) }
    recognizer.labelMap.merge(posterior, into: &reported)
  }

  /// Stores the probabilities of a network; `emotionNetwork` is its index among the emotion networks, where it is one.
  private mutating func note(_ target: Target, _ emotionNetwork: Int) {
    switch target {
    case .emotion:
      let start = emotionNetwork * posterior.count
      for label in posterior.indices { votes[start + label] = probabilities[label] }
    case .gender:
      for label in gender.indices { gender[label] = probabilities[label] }
    }
  }

  /// Runs non-streaming networks on the buffered utterance.
  private mutating func runWaiting() {
    var emotionNetwork = 0
    for (i, network) in recognizer.networks.enumerated() {
      if !isStreaming[i] {
        let rows = waiting[i]
        recognizer.folded[i].predict(rows.span, into: &probabilities)
        note(network.configuration.target, emotionNetwork)
      }
      if network.configuration.target == .emotion { emotionNetwork += 1 }
    }
    vote()
  }

  package mutating func utteranceEnded(row: Int) {
    guard let first else { return }
    self.first = nil
    if !isStreaming.allSatisfy({ $0 }) { runWaiting() }
    compensate()
    let label = reported.indices.max { reported[$0] < reported[$1] }!
    events.append(
      .utterance(
        // Copies: if an event shared the storage, the next row would allocate.
        Utterance(
          start: Double(first) * hop, end: Double(row - 1) * hop + window, label: label,
          confidence: reported[label], probabilities: reported.map { $0 }, gender: gender.map { $0 })))
  }

  /// Adds the utterance to the session's statistics without the effect of its emotion.
  private mutating func compensate() {
    guard let offsets else { return }
    let posterior = posterior
    offsets.remove(posterior.span, share: recognizer.configuration.normalizer.compensation, from: &spoken)
    normalizer.rewind()
    normalizer.add(spoken)
  }

  package mutating func received(row: Int, voiceActivity: VoiceActivityFeatures, isSpeech: Bool) {
    time = Double(row) * hop + window
    level = voiceActivity.level
    smooth(isSpeech: isSpeech)
  }

  /// Ends the stream and the open utterance.
  package mutating func finish() {
    guard smoother.label != .silence else { return }
    time += hop
    smooth(isSpeech: false)
  }

  private mutating func smooth(isSpeech: Bool) {
    let reported = reported
    if let change = smoother.step(time: time, speech: isSpeech, probabilities: reported.span) {
      events.append(.label(change))
    }
  }

  var snapshot: Snapshot {
    Snapshot(
      time: time, label: smoother.label, confidence: smoother.confidence, probabilities: smoother.probabilities,
      level: level, speech: first != nil)
  }
}
