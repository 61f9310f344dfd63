/// A histogram of durations with buckets of growing width: percentiles of any number of values in fixed memory, without
/// an allocation per value.
///
/// Whole microseconds are counted exactly up to 127 µs; above that a bucket is at most 1/64 of its values wide, so a
/// percentile is at most 1.6 % too high. The largest value is exact.
struct LatencyHistogram: Equatable {
  /// Sub-buckets of each doubling, as a power of two.
  private static let precision = 6
  /// Longer durations, of more than two minutes, count as this long.
  private static let most = (1 << 27) - 1

  private var counts = [Int](repeating: 0, count: bucket(of: most) + 1)
  /// Number of values.
  private(set) var count = 0
  /// The largest value, in seconds; 0 without values.
  private(set) var maximum = 0.0

  /// Counts a duration in seconds; negative ones, which result from comparing clocks, count as 0.
  mutating func record(_ seconds: Double) {
    let microseconds = min(max(seconds * 1e6, 0), Double(Self.most)).rounded()
    counts[Self.bucket(of: Int(microseconds))] += 1
    count += 1
    maximum = max(maximum, seconds)
  }

  /// The duration, in seconds, that at most a share of 1 - `share` of the values exceeds; 0 without values.
  ///
  /// - Parameter share: 0…1, such as 0.99.
  func percentile(_ share: Double) -> Double {
    precondition(0...1 ~= share)
    // At least one value, even for a share of 0.
    var left = max(1, Int((share * Double(count)).rounded(.up)))
    for (bucket, count) in counts.enumerated() {
      left -= count
      if left <= 0 { return min(Double(Self.greatest(in: bucket)) * 1e-6, maximum) }
    }
    return maximum
  }

  /// Numbers with the same `precision` + 1 leading bits share a bucket.
  private static func bucket(of value: Int) -> Int {
    let shift = max(0, Int.bitWidth - value.leadingZeroBitCount - precision - 1)
    return shift << precision + value >> shift
  }

  private static func greatest(in bucket: Int) -> Int {
    let shift = max(0, bucket >> precision - 1)
    return (bucket - shift << precision + 1) << shift - 1
  }
}
