/// What the rows of a batch are to be.
struct LossTargets: Sendable {
  /// The class of each row; a row without one costs nothing.
  var labels: [Int?]
  /// How much each row is of each class, [rows × classes], summing to 1 a row; nil where each is of its label alone.
  var shares: [Float]?
  /// Which classes each row may be, [rows × classes], its label among them: softmax and smoothing range over these only.
  /// nil for all.
  var mask: [Bool]?

  init(labels: [Int?], shares: [Float]? = nil, mask: [Bool]? = nil) {
    self.labels = labels
    self.shares = shares
    self.mask = mask
  }

  /// Those of some rows, in the given order.
  func rows(_ rows: [Int]) -> LossTargets {
    func part<Element>(_ all: [Element]) -> [Element] {
      let classes = all.count / labels.count
      return rows.flatMap { all[$0 * classes..<($0 + 1) * classes] }
    }
    return LossTargets(labels: part(labels), shares: shares.map(part), mask: mask.map(part))
  }

  /// How much a class is to be wanted, before smoothing.
  ///
  /// - Parameters:
  ///   - index: of the class of the row, in [rows × classes].
  ///   - isLabel: whether the class is the row's label.
  func share(at index: Int, isLabel: Bool) -> Float { shares?[index] ?? (isLabel ? 1 : 0) }

  /// Whether a row may be of the class with the given index in [rows × classes].
  func allows(_ index: Int) -> Bool { mask?[index] ?? true }

  /// What smoothing adds to each allowed class of a row.
  ///
  /// - Parameters:
  ///   - smoothing: probability mass that is spread evenly.
  ///   - range: the row's place in [rows × classes].
  func smoothed(_ smoothing: Float, in range: Range<Int>) -> Float {
    smoothing / Float(mask == nil ? range.count : range.count(where: allows))
  }

  /// How much the rows count together, each as its classes do.
  ///
  /// - Parameter classWeights: one a class; nil where all count the same.
  func weight(_ classWeights: [Float]?) -> Float {
    labels.enumerated().reduce(0) { sum, row in
      guard let label = row.element else { return sum }
      guard let classWeights else { return sum + 1 }
      guard let shares else { return sum + classWeights[label] }
      let start = row.offset * classWeights.count
      return classWeights.indices.reduce(sum) { $0 + shares[start + $1] * classWeights[$1] }
    }
  }
}
