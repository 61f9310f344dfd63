/// Sums over the values of one column, from which mean, deviation and slope follow.
///
/// They are kept in double precision relative to a value near the mean, so that little cancels.
struct Moments {
  /// What the values are relative to.
  private var shift = 0.0
  private var sum = 0.0
  private var squares = 0.0
  /// Σ k · x[k], k counted from the oldest value.
  private var products = 0.0
  /// False where the values have come to lie so close together, beside their distance from what they are relative to or
  /// beside a value that was taken away, that digits are lost; then they must be summed afresh.
  private(set) var isExact = true

  /// Of nothing yet.
  ///
  /// - Parameter shift: a value near the mean of those that will be added.
  init(near shift: Float) {
    self.shift = Double(shift)
  }

  /// Adds the newest value, with `index` values before it.
  mutating func add(_ value: Float, at index: Int) {
    let x = Double(value) - shift
    sum += x
    squares += x * x
    products += Double(index) * x
  }

  /// Takes the oldest of `count` values away and adds the newest.
  mutating func replace(_ oldest: Float, by newest: Float, count: Int) {
    let x = Double(oldest) - shift
    sum -= x
    squares -= x * x
    products -= sum  // each of the others moves one place towards the oldest
    add(newest, at: count - 1)
    let spread = squares - sum * sum / Double(count)
    isExact = spread >= max(squares, x * x) * 0x1p-20
  }

  /// Mean of the `count` values.
  func mean(_ count: Int) -> Double { shift + sum / Double(count) }

  /// Deviation of the `count` values, of the population.
  func deviation(_ count: Int) -> Double {
    let mean = sum / Double(count)
    return max(0, squares / Double(count) - mean * mean).squareRoot()
  }

  /// Slope of the least-squares line through the `count` values, per value; 0 for a single one.
  func slope(_ count: Int) -> Double {
    guard count > 1 else { return 0 }
    return (products - Self.middle(count) * sum) / Self.spread(count)
  }

  /// Mean of the indices 0 ..< count.
  static func middle(_ count: Int) -> Double { Double(count - 1) / 2 }

  /// Sum of the squared distances of the indices 0 ..< count from their mean.
  static func spread(_ count: Int) -> Double {
    let n = Double(count)
    return n * (n * n - 1) / 12
  }
}
