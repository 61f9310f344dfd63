import Foundation
import Support
import TestSupport
import Testing

@testable import Models
@testable import Streaming
@testable import Training

/// PyTorch's values are of double precision; single precision and the vector kernels' logarithm add some 1e-7 of
/// relative error to each of a few terms.
@Suite("Losses")
struct LossTests {
  /// A loss as the reference script calls it.
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var loss: any Loss
    var testDescription: String { name }
  }

  static let classWeights: [Float] = [0.5, 2, 1, 0.25, 3]

  static let cases = [
    Case(name: "plain", loss: CrossEntropy()),
    Case(name: "smoothed", loss: CrossEntropy(smoothing: 0.1)),
    Case(name: "weighted", loss: CrossEntropy(classWeights: classWeights)),
    Case(name: "weighted_smoothed", loss: CrossEntropy(smoothing: 0.2, classWeights: classWeights)),
    Case(name: "focal", loss: CrossEntropy(gamma: 2)),
    Case(
      name: "focal_weighted_smoothed", loss: CrossEntropy(smoothing: 0.1, gamma: 1.5, classWeights: classWeights)),
    Case(name: "squared", loss: MeanSquaredError()),
    Case(name: "squared_weighted_smoothed", loss: MeanSquaredError(smoothing: 0.1, classWeights: classWeights)),
  ]

  let golden: Golden

  init() throws { golden = try Golden("pytorch_training") }

  /// -1 stands for a label that is not known.
  func labels(_ name: String) throws -> [Int?] { try golden.integers(name).map { $0 < 0 ? nil : $0 } }

  @Test("Losses and their gradients equal PyTorch's", arguments: cases)
  func pytorch(_ tried: Case) throws {
    #expect(try golden.values("loss/class_weights") == Self.classWeights)
    var gradient: [Float] = []
    let loss = tried.loss.evaluate(
      try golden.values("loss/\(tried.name)/scores"), LossTargets(labels: try labels("loss/\(tried.name)/labels")),
      gradient: &gradient)
    let expected = try golden.values("loss/\(tried.name)/loss")[0]
    #expect(abs(loss - expected) <= 1e-5 * expected)
    let expectedGradient = try golden.values("loss/\(tried.name)/gradient")
    #expect(gradient.count == expectedGradient.count)
    for (ours, reference) in zip(gradient, expectedGradient) { #expect(abs(ours - reference) <= 1e-6) }
  }

  @Test("Gradients equal finite differences", arguments: cases)
  func finiteDifferences(_ tried: Case) {
    var random = RandomSource(seed: 1)
    let scores = (0..<6 * 5).map { _ in random.uniform(-2, 2) }
    let targets = LossTargets(labels: [0, 3, nil, 4, 2, 1])
    var gradient: [Float] = []
    var ignored: [Float] = []
    _ = tried.loss.evaluate(scores, targets, gradient: &gradient)
    // A step of 1e-2 leaves a truncation error near 2e-5 and a rounding error near 2e-5 of a loss near 2.
    let step: Float = 1e-2
    for i in scores.indices {
      var up = scores
      var down = scores
      up[i] += step
      down[i] -= step
      let difference =
        tried.loss.evaluate(up, targets, gradient: &ignored)
        - tried.loss.evaluate(down, targets, gradient: &ignored)
      #expect(abs(gradient[i] - difference / (up[i] - down[i])) < 1e-4, "score \(i)")
    }
    #expect(gradient[10..<15].allSatisfy { $0 == 0 }, "a row without a label")
  }

  @Test("Parts of a batch add up to the whole", arguments: cases)
  func parts(_ tried: Case) {
    var random = RandomSource(seed: 2)
    let scores = (0..<6 * 5).map { _ in random.uniform(-2, 2) }
    let targets = LossTargets(labels: [0, 3, nil, 4, 2, 1])
    var whole: [Float] = []
    let loss = tried.loss.evaluate(scores, targets, gradient: &whole)
    var sum: Float = 0
    var joined: [Float] = []
    for rows in [0..<2, 2..<3, 3..<6] {
      var part: [Float] = []
      sum += tried.loss.evaluate(
        Array(scores[rows.lowerBound * 5..<rows.upperBound * 5]), targets.rows(Array(rows)),
        total: tried.loss.weight(targets), gradient: &part)
      joined += part
    }
    #expect(joined == whole)
    #expect(abs(sum - loss) < 1e-6)
  }

  @Test("Scores far from each other give a finite loss and gradient", arguments: cases)
  func extremes(_ tried: Case) {
    var gradient: [Float] = []
    let loss = tried.loss.evaluate(
      [1e4, -1e4, 0, 0, 0, -1e4, 1e4, 0, 0, 0], LossTargets(labels: [0, 0]), gradient: &gradient)
    #expect(loss.isFinite && loss > 0.1)
    #expect(gradient.allSatisfy { $0.isFinite })
  }

  @Test("Confidently wrong scores are pulled as far as any can be")
  func confidentlyWrong() {
    var gradient: [Float] = []
    let loss = CrossEntropy().evaluate([1e4, -1e4, 0, -1e4, 1e4, 0], LossTargets(labels: [0, 0]), gradient: &gradient)
    #expect(loss > 40)
    #expect(abs(gradient[3] + 0.5) < 1e-6 && abs(gradient[4] - 0.5) < 1e-6)
  }

  @Test("A batch of which nothing is known costs nothing", arguments: cases)
  func unknown(_ tried: Case) {
    var gradient: [Float] = []
    let loss = tried.loss.evaluate([1, 2, 3, 4, 5], LossTargets(labels: [nil]), gradient: &gradient)
    #expect(loss == 0)
    #expect(gradient == [0, 0, 0, 0, 0])
  }

  @Test("Several heads: the weighted sum of their losses, each over what is known of it, equals PyTorch's")
  func multiTask() throws {
    let loss = CrossEntropy(smoothing: 0.1)
    let heads = MultiTaskLoss(heads: [
      MultiTaskLoss.Head(columns: 0..<5, weight: 1, loss: loss),
      MultiTaskLoss.Head(columns: 5..<7, weight: 0.3, loss: loss),
      MultiTaskLoss.Head(columns: 7..<9, weight: 0.7, loss: loss),
    ])
    let targets = try (0..<3).map { LossTargets(labels: try labels("multi_task/labels/\($0)")) }
    let scores = try golden.values("multi_task/scores")
    var gradient: [Float] = []
    let result = heads.evaluate(scores, targets, totals: heads.totals(targets), gradient: &gradient)
    let expected = try golden.values("multi_task/loss")[0]
    #expect(abs(result.loss - expected) <= 1e-5 * expected)
    for (ours, reference) in zip(gradient, try golden.values("multi_task/gradient")) {
      #expect(abs(ours - reference) <= 1e-6)
    }
    // Of the third head nothing is known.
    for row in 0..<6 { #expect(gradient[row * 9 + 7] == 0 && gradient[row * 9 + 8] == 0) }
    let hits = (0..<6).count { row in
      let own = scores[row * 9..<row * 9 + 5]
      return own.indices.max { own[$0] < own[$1] }! - row * 9 == targets[0].labels[row]
    }
    #expect(result.correct == hits)
  }

  @Test("Balanced weights are scikit-learn's; labels that do not occur count 1")
  func balanced() throws {
    let labels: [Int?] = [0, 0, 0, 2, nil, 2, 0, 0]
    func weights(_ weights: ClassWeights) throws -> [Float]? {
      try weights.weights(labels, of: .emotion, in: Self.labelSet)
    }
    // compute_class_weight('balanced') of [0, 0, 0, 2, 2, 0, 0]: 7 / (2 · 5) and 7 / (2 · 2).
    #expect(try weights(.balanced) == [0.7, 1, 1.75])
    #expect(try weights(.equal) == nil)
    #expect(try weights(.list([1, 2, 3])) == [1, 2, 3])
    let error = #expect(throws: OperationError.self) { try weights(.list([1, 2])) }
    #expect(error?.description.contains("has 2 numbers, the labels are 3") == true)
  }

  static let labelSet = LabelSet(emotions: ["a", "b", "c"], genders: ["female", "male"])

  @Test("Weights by label: others' and absent ones count nothing, those left out 1, unknown ones are refused")
  func weightsByLabel() throws {
    let weights = ClassWeights.map(["c": 3, "a": 0.5])
    #expect(try weights.weights([0, 1, 2], of: .emotion, in: Self.labelSet) == [0.5, 1, 3])
    #expect(try weights.weights([0, 1, 1], of: .gender, in: Self.labelSet) == nil)
    let both = ClassWeights.map(["b": 2, "male": 4])
    #expect(try both.weights([], of: .emotion, in: Self.labelSet) == [1, 2, 1])
    #expect(try both.weights([], of: .gender, in: Self.labelSet) == [1, 4])
    let network = NetworkConfiguration(name: "n", target: .gender, adaptive: false, layers: [])
    try both.validate([network], Self.labelSet)
    let absent = ClassWeights.map(["disgust": 2, "c": 3])
    #expect(try absent.weights([], of: .emotion, in: Self.labelSet) == [1, 1, 3])
    let error = #expect(throws: OperationError.self) {
      try ClassWeights.map(["male": 1, "angri": 2]).validate([network], Self.labelSet)
    }
    #expect(error?.kind == .badData)
    #expect(
      error?.description == "training.loss.classWeights names 'angri', the labels are a, b, c, female, male")
    #expect(throws: OperationError.self) { try ClassWeights.list([1]).validate([network], Self.labelSet) }
  }

  /// Rows that are of several classes, and rows that may be of some only.
  static let shared = LossTargets(
    labels: [0, 1, 1],
    shares: [0.7, 0, 0, 0.3, 0, 0, 1, 0, 0, 0, 0, 0.5, 0.5, 0, 0],
    mask: [true, false, true, true, true, false, true, false, false, false, true, true, true, true, true])

  @Test("Shares and masks: the loss by its definition, and its gradient by finite differences", arguments: [0, 0.1])
  func sharesAndMasks(_ smoothing: Double) {
    /// In double precision.
    func definition(_ scores: [Double], _ targets: LossTargets) -> Double {
      (0..<3).reduce(0.0) { sum, row in
        let allowed = (row * 5..<(row + 1) * 5).filter(targets.allows)
        let total = log(allowed.reduce(0.0) { $0 + exp(scores[$1]) })
        return allowed.reduce(sum) { sum, i in
          let target = smoothing / Double(allowed.count) + (1 - smoothing) * Double(targets.shares![i])
          return sum - target * (scores[i] - total) / 3
        }
      }
    }
    var random = RandomSource(seed: 46)
    let scores = (0..<15).map { _ in 2 * random.normal() }
    let doubles = scores.map(Double.init)
    var unmasked = Self.shared
    unmasked.mask = nil
    for targets in [Self.shared, unmasked] {
      var gradient: [Float] = []
      let loss = CrossEntropy(smoothing: Float(smoothing)).evaluate(scores, targets, gradient: &gradient)
      // Single precision.
      #expect(abs(Double(loss) - definition(doubles, targets)) < 2e-6)
      for i in scores.indices {
        var (up, down) = (doubles, doubles)
        up[i] += 1e-5
        down[i] -= 1e-5
        let slope = (definition(up, targets) - definition(down, targets)) / 2e-5
        #expect(abs(Double(gradient[i]) - slope) < 1e-6)
        if !targets.allows(i) { #expect(gradient[i] == 0) }
      }
    }
  }

  @Test("Shares and masks: gradients of every loss equal finite differences", arguments: cases)
  func sharesAndMasksByDifferences(_ tried: Case) {
    var random = RandomSource(seed: 3)
    let scores = (0..<15).map { _ in random.uniform(-2, 2) }
    var gradient: [Float] = []
    var ignored: [Float] = []
    _ = tried.loss.evaluate(scores, Self.shared, gradient: &gradient)
    // As above.
    let step: Float = 1e-2
    for i in scores.indices {
      var up = scores
      var down = scores
      up[i] += step
      down[i] -= step
      let difference =
        tried.loss.evaluate(up, Self.shared, gradient: &ignored)
        - tried.loss.evaluate(down, Self.shared, gradient: &ignored)
      #expect(abs(gradient[i] - difference / (up[i] - down[i])) < 1e-4, "score \(i)")
    }
  }

  @Test(
    "Without shares and masks a loss is, to the bit, that with labels as shares and nothing masked", arguments: cases)
  func plain(_ tried: Case) {
    var random = RandomSource(seed: 46)
    let scores = (0..<25).map { _ in random.normal() }
    let labels = (0..<5).map { _ in random.index(below: 5) }
    var full = LossTargets(
      labels: labels, shares: Array(repeating: 0, count: 25), mask: Array(repeating: true, count: 25))
    for (row, label) in labels.enumerated() { full.shares![5 * row + label] = 1 }
    var (first, second): ([Float], [Float]) = ([], [])
    let plain = tried.loss.evaluate(scores, LossTargets(labels: labels), gradient: &first)
    #expect(tried.loss.evaluate(scores, full, gradient: &second) == plain)
    #expect(first == second)
  }

  @Test("Of one possible class nothing is to be learnt")
  func onlyClass() {
    var gradient: [Float] = []
    let targets = LossTargets(labels: [1], mask: [false, true, false])
    #expect(abs(CrossEntropy().evaluate([3, 1, 2], targets, gradient: &gradient)) < 1e-6)
    #expect(gradient.allSatisfy { abs($0) < 1e-6 })
    let loss = MultiTaskLoss(CrossEntropy(), classes: 3)
    #expect(loss.evaluate([3, 1, 2], [targets], totals: [1], gradient: &gradient).correct == 1)
  }
}
