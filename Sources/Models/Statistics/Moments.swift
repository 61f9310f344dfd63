/// Sums over the values of one column, for the statistics that need no sorting.
///
/// They are kept in double precision relative to a value near the mean, to limit cancellation.
struct Moments {
  /// The reference value.
  private var shift = 0.0
  private var sum = 0.0
  private var squares = 0.0
  private var cubes = 0.0
  /// Σ k · x[k], k counted from the oldest value.
  private var products = 0.0
  /// Σ k² · x[k].
  private var squareProducts = 0.0
  /// Σ |x[k] − x[k − 1]|, from the second value on.
  private var changes = 0.0
  /// The last value that was added.
  private var newest: Float = 0
  /// False where digits are lost, because the values are close together compared with their distance from the reference
  /// value or with a removed value; the sums must then be recomputed.
  private(set) var isExact = true

  /// Empty sums.
  ///
  /// - Parameter shift: a value near the mean of the values to add.
  init(near shift: Float) {
    self.shift = Double(shift)
  }

  /// Adds the newest value, with `index` values before it.
  mutating func add(_ value: Float, at index: Int) {
    let x = Double(value) - shift
    sum += x
    squares += x * x
    cubes += x * x * x
    products += Double(index) * x
    squareProducts += Double(index * index) * x
    if index > 0 { changes += Self.distance(newest, value) }
    newest = value
  }

  /// Removes the oldest of `count` values and adds the newest.
  ///
  /// - Parameter second: the value after the oldest; arbitrary for a single value.
  mutating func replace(_ oldest: Float, before second: Float, by newest: Float, count: Int) {
    let x = Double(oldest) - shift
    sum -= x
    squares -= x * x
    cubes -= x * x * x
    // Each of the other values moves one place towards the oldest.
    squareProducts += sum - 2 * products
    products -= sum
    if count > 1 { changes -= Self.distance(oldest, second) }
    add(newest, at: count - 1)
    let spread = squares - sum * sum / Double(count)
    isExact = spread >= max(squares, x * x) * 0x1p-20
  }

  /// A statistic of the `count` values; nil for one of sorted values.
  func value(of statistic: Statistic, _ count: Int) -> Double? {
    switch statistic {
    case .mean: mean(count)
    case .deviation: deviation(count)
    case .slope: slope(count)
    case .curvature: curvature(count)
    case .change: change(count)
    case .skewness: skewness(count)
    case .minimum, .maximum, .range, .interquartileRange, .percentile: nil
    }
  }

  /// Mean of the `count` values.
  func mean(_ count: Int) -> Double { shift + sum / Double(count) }

  /// Population standard deviation of the `count` values.
  private func deviation(_ count: Int) -> Double {
    let mean = sum / Double(count)
    return max(0, squares / Double(count) - mean * mean).squareRoot()
  }

  /// Slope of the least-squares line through the `count` values, per value; 0 for a single one.
  private func slope(_ count: Int) -> Double {
    guard count > 1 else { return 0 }
    return (products - Self.middle(count) * sum) / Self.spread(count)
  }

  /// Coefficient of the square of the least-squares parabola through the `count` values, with time from -1 to 1; 0 for
  /// fewer than three.
  private func curvature(_ count: Int) -> Double {
    guard count > 2 else { return 0 }
    let middle = Self.middle(count)
    let bend = squareProducts - 2 * middle * products + (middle * middle - Self.meanSquare(count)) * sum
    return bend * middle * middle / Self.squareSpread(count)
  }

  /// Mean distance between neighbours of the `count` values; 0 for a single one.
  private func change(_ count: Int) -> Double {
    count > 1 ? changes / Double(count - 1) : 0
  }

  /// Population skewness of the `count` values; 0 where they are all equal.
  private func skewness(_ count: Int) -> Double {
    let mean = sum / Double(count)
    let square = squares / Double(count)
    let variance = square - mean * mean
    // The residue of equal values is rounding error.
    guard variance > square * 0x1p-40 else { return 0 }
    let cube = cubes / Double(count) - 3 * mean * square + 2 * mean * mean * mean
    return cube / (variance * variance.squareRoot())
  }

  private static func distance(_ one: Float, _ other: Float) -> Double { abs(Double(one) - Double(other)) }

  /// Mean of the indices 0 ..< count.
  static func middle(_ count: Int) -> Double { Double(count - 1) / 2 }

  /// Sum of the squared distances of the indices 0 ..< count from their mean.
  static func spread(_ count: Int) -> Double {
    let n = Double(count)
    return n * (n * n - 1) / 12
  }

  /// Mean squared distance of the indices 0 ..< count from their mean.
  static func meanSquare(_ count: Int) -> Double { spread(count) / Double(count) }

  /// Sum of the squared distances of the terms of `meanSquare` from their mean.
  static func squareSpread(_ count: Int) -> Double {
    let n = Double(count)
    return n * (n * n - 1) * (n * n - 4) / 180
  }
}
