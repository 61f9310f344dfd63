import Glibc
import Models
import Support

/// A 95 % confidence interval.
public struct Interval: Sendable, Equatable, Codable {
  public var low: Double
  public var high: Double

  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  /// Interval of a share (Wilson 1927), assuming independent cases.
  ///
  /// - Parameter count: positive.
  public init(share correct: Int, of count: Int) {
    precondition(count > 0 && 0...count ~= correct)
    // The 97.5th percentile of the standard normal distribution.
    let z = 1.959963984540054
    let n = Double(count)
    let p = Double(correct) / n
    let center = p + z * z / (2 * n)
    let half = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    low = max(0, (center - half) / (1 + z * z / n))
    high = min(1, (center + half) / (1 + z * z / n))
  }

  /// Interval of the UAR, by resampling speakers with replacement (percentile bootstrap: Efron 1979), because the clips
  /// of one speaker are not independent.
  ///
  /// - Parameter speakers: the confusion matrix of each speaker.
  /// - Returns: nil with fewer than three speakers, which are too few.
  static func unweightedAverageRecall(_ speakers: [ConfusionMatrix], draws: Int = 2000) -> Interval? {
    guard speakers.count >= 3 else { return nil }
    var random = RandomSource(seed: 46)
    var values: [Double] = []
    for _ in 0..<draws {
      var drawn = ConfusionMatrix(classes: speakers[0].classes)
      for _ in speakers { drawn.add(speakers[random.index(below: speakers.count)]) }
      values.append(drawn.unweightedAverageRecall)
    }
    values.sort()
    func percentile(_ share: Double) -> Double { values[Int((share * Double(draws - 1)).rounded())] }
    return Interval(low: percentile(0.025), high: percentile(0.975))
  }
}
