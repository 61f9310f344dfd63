/// The targets of a batch's rows.
struct LossTargets: Sendable {
  /// The class of each row; a row without one has no loss.
  var labels: [Int?]
  /// The share of each class in each row, [rows × classes], summing to 1 per row; nil where each row has only its
  /// label.
  var shares: [Float]?
  /// The allowed classes of each row, [rows × classes], including its label: softmax and smoothing use only these. nil
  /// for all.
  var mask: [Bool]?

  init(labels: [Int?], shares: [Float]? = nil, mask: [Bool]? = nil) {
    self.labels = labels
    self.shares = shares
    self.mask = mask
  }

  /// The targets of some rows, in the given order.
  func rows(_ rows: [Int]) -> LossTargets {
    func part<Element>(_ all: [Element]) -> [Element] {
      let classes = all.count / labels.count
      return rows.flatMap { all[$0 * classes..<($0 + 1) * classes] }
    }
    return LossTargets(labels: part(labels), shares: shares.map(part), mask: mask.map(part))
  }

  /// The target of a class before smoothing.
  ///
  /// - Parameters:
  ///   - index: of the class of the row, in [rows × classes].
  ///   - isLabel: whether the class is the row's label.
  func share(at index: Int, isLabel: Bool) -> Float { shares?[index] ?? (isLabel ? 1 : 0) }

  /// Whether the class with the given index in [rows × classes] is allowed for its row.
  func allows(_ index: Int) -> Bool { mask?[index] ?? true }

  /// The smoothing term of each allowed class of a row.
  ///
  /// - Parameters:
  ///   - smoothing: probability mass that is spread evenly.
  ///   - range: the row's range in [rows × classes].
  func smoothed(_ smoothing: Float, in range: Range<Int>) -> Float {
    smoothing / Float(mask == nil ? range.count : range.count(where: allows))
  }

  /// The total weight of the rows, by their classes.
  ///
  /// - Parameter classWeights: one per class; nil where they are equal.
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
