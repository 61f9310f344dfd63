import Streaming

/// The scores of a `StreamTest`.
public struct StreamScores: Sendable, Equatable, Codable {
  /// Accuracy of one way to derive a clip's emotion from the stream.
  public struct Recognition: Sendable, Equatable, Codable {
    /// 0…1.
    public var accuracy: Double
    /// 0…1.
    public var unweightedAverageRecall: Double
    /// Clips without a predicted emotion; they count as errors.
    public var none: Int

    init(_ matrix: ConfusionMatrix) {
      accuracy = matrix.accuracy
      unweightedAverageRecall = matrix.unweightedAverageRecall
      none = matrix.unheard
    }
  }

  /// The time from the onset of speech to the first correct label, over the clips with a correct settled label.
  public struct Delay: Sendable, Equatable, Codable {
    /// Number of these clips.
    public var clips: Int
    /// In seconds.
    public var median: Double
    /// In seconds.
    public var percentile90: Double
  }

  public var settings: StreamSettings
  public var smoother: SmootherConfiguration
  /// Number of clips.
  public var clips: Int
  /// Total length of the recordings, in seconds.
  public var seconds: Double
  /// The settled stable label of each clip.
  public var settled: Recognition
  /// The emotion with the longest total time in each clip.
  public var longest: Recognition
  /// The most probable emotion of the clip's utterances in the stream.
  public var verdict: Recognition
  /// The most probable emotion of each clip processed alone, under the same noise.
  public var alone: Recognition
  /// nil where no clip is correct.
  public var delay: Delay?
  /// Mean number of changes to an emotion or `uncertain` in a clip.
  public var changes: Double
  /// Mean number of changes to an emotion in a clip.
  public var namings: Double
  /// Evaluated pauses, in seconds.
  public var silence: Double
  /// Seconds of emotion labels per minute of these.
  public var emotionInSilence: Double
  /// Seconds of `uncertain` per minute of these.
  public var uncertainInSilence: Double
  /// [labels][labels + 1]: confusion matrix of the settled label; the last column counts clips without one.
  public var confusion: [[Int]]

  /// - Parameters:
  ///   - smoother: of the test.
  ///   - classes: number of emotions.
  public init(_ test: StreamTest, _ settings: StreamSettings, _ smoother: SmootherConfiguration, classes: Int) {
    func matrix(_ predicted: (StreamedClip) -> Int?) -> ConfusionMatrix {
      test.clips.reduce(into: ConfusionMatrix(classes: classes)) {
        $0.add(actual: $1.emotion, predicted: predicted($1))
      }
    }
    func mean(_ count: (StreamedClip) -> Int) -> Double {
      Double(test.clips.reduce(0) { $0 + count($1) }) / Double(max(test.clips.count, 1))
    }
    func perMinute(_ seconds: Double) -> Double {
      test.silence.seconds > 0 ? 60 * seconds / test.silence.seconds : 0
    }
    self.settings = settings
    self.smoother = smoother
    clips = test.clips.count
    seconds = test.seconds
    let settledMatrix = matrix(\.settled)
    settled = Recognition(settledMatrix)
    longest = Recognition(matrix(\.longest))
    verdict = Recognition(matrix(\.verdict))
    alone = Recognition(matrix(\.alone))
    let delays = test.clips.filter { $0.settled == $0.emotion }.compactMap(\.delay).sorted()
    delay =
      delays.isEmpty
      ? nil
      : Delay(
        clips: delays.count, median: Self.percentile(0.5, of: delays), percentile90: Self.percentile(0.9, of: delays))
    changes = mean(\.changes)
    namings = mean(\.namings)
    silence = test.silence.seconds
    emotionInSilence = perMinute(test.silence.emotion)
    uncertainInSilence = perMinute(test.silence.uncertain)
    confusion = (0..<classes).map { said in (0...classes).map { settledMatrix[said, $0] } }
  }

  /// Linear interpolation between the two nearest values.
  ///
  /// - Parameter values: sorted, at least one.
  static func percentile(_ share: Double, of values: [Double]) -> Double {
    let place = share * Double(values.count - 1)
    let low = Int(place)
    let high = min(low + 1, values.count - 1)
    return values[low] + (place - Double(low)) * (values[high] - values[low])
  }
}
