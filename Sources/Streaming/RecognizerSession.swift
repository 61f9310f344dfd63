import Models

/// What a recognizer makes of the utterances of one stream: normaliser, network states, votes and smoother.
///
/// Networks that cannot step hear an utterance as a whole when it ends: enough for the verdict on it, not for labels.
package struct RecognizerSession: UtteranceReceiver {
  private let recognizer: Recognizer
  private let hop: Double
  private let window: Double
  var normalizer: Normalizer
  /// What the normaliser knows of the voice when a session begins.
  private let prior: FeatureStatistics?
  private var states: [InferenceNetwork.State]
  /// Rows of the open utterance, for each network that does not step.
  private var waiting: [[Float]]
  /// Whether a network hears row by row here.
  private let isStreaming: [Bool]
  private(set) var smoother: Smoother
  /// A row normalised by the session's statistics, and by the model's own.
  private var adapted: [Float]
  private var fixed: [Float]
  /// What the vote is multiplied by, [emotions]; nil where all emotions are expected as in training.
  private let priors: [Float]?
  /// What each emotion network thinks, [networks × emotions].
  private var votes: [Float]
  /// What one network thinks.
  private var probabilities: [Float]
  /// What the ensemble thinks of the utterance so far, [emotions].
  package private(set) var posterior: [Float]
  /// The same as it is reported, [labels].
  private var reported: [Float]
  private var gender: [Float]
  /// First row of the open utterance.
  private var first: Int?
  /// Statistics of its rows, where they are to be remembered without its emotion.
  private var spoken: FeatureStatistics
  /// What emotions do to a voice; nil where a session remembers utterances as they are.
  private let offsets: EmotionOffsets?
  private(set) var time = 0.0
  private(set) var level: Float = -120
  /// What happened and was not yet fetched.
  package var events: [PipelineEvent] = []

  /// - Parameters:
  ///   - profile: of the voice, fits the recognizer; nil where it is not known.
  ///   - utterancesOnly: whether only what is thought of whole utterances is asked for; networks whose steps would compute
  ///     nearly everything anew then hear each utterance when it ends, too.
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

  /// Counts the votes of the emotion networks.
  private mutating func vote() {
    recognizer.ensemble.combine(&votes, into: &posterior)
    if let priors { EmotionPriors.adjust(&posterior, by: priors) }
    recognizer.labelMap.merge(posterior, into: &reported)
  }

  /// Keeps the probabilities of a network, the `emotionNetwork`-th of those for emotions where it is one.
  private mutating func note(_ target: Target, _ emotionNetwork: Int) {
    switch target {
    case .emotion:
      let start = emotionNetwork * posterior.count
      for label in posterior.indices { votes[start + label] = probabilities[label] }
    case .gender:
      for label in gender.indices { gender[label] = probabilities[label] }
    }
  }

  /// Lets the networks that do not step hear the utterance.
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
        // Copies: an event that shared the storage would make the next row allocate.
        Utterance(
          start: Double(first) * hop, end: Double(row - 1) * hop + window, label: label,
          confidence: reported[label], probabilities: reported.map { $0 }, gender: gender.map { $0 })))
  }

  /// The session remembers of the utterance what was the voice, without what was its emotion.
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

  /// Ends the stream: nobody speaks any more.
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
