import Models
import Support
import Testing

@testable import Training

@Suite("Coverage against accuracy")
struct CoverageCurveTests {
  /// Two labels, the first of which is always true; the first is heard where the verdict is right.
  static func posteriors(_ verdicts: [(confidence: Float, isRight: Bool)]) -> Posteriors {
    var posteriors = Posteriors(classes: 2)
    for (confidence, isRight) in verdicts {
      posteriors.add(
        label: 0, probabilities: isRight ? [confidence, 1 - confidence] : [1 - confidence, confidence])
    }
    return posteriors
  }

  @Test("Verdicts are given from the surest on; equals together")
  func points() {
    let curve = CoverageCurve(Self.posteriors([(0.75, false), (1, true), (0.625, true), (0.75, true)]))
    #expect(
      curve.points == [
        .init(threshold: 1, coverage: 0.25, accuracy: 1), .init(threshold: 0.75, coverage: 0.75, accuracy: 2.0 / 3),
        .init(threshold: 0.625, coverage: 1, accuracy: 0.75),
      ])
    #expect(curve.at(0) == .init(threshold: 0, coverage: 1, accuracy: 0.75))
    #expect(curve.at(0.75).coverage == 0.75 && curve.at(0.8).coverage == 0.25)
    // A quarter without a wrong one, a half of which every third is wrong, a quarter with one in four.
    #expect(abs(curve.riskArea - (0.5 / 3 + 0.25 / 4)) < 1e-12)
  }

  @Test("Above the highest confidence nothing is given; of no clips there is no curve")
  func nothing() {
    let curve = CoverageCurve(Self.posteriors([(0.75, true)]))
    #expect(curve.at(0.76) == .init(threshold: 0.76, coverage: 0, accuracy: nil))
    let empty = CoverageCurve(Posteriors(classes: 2))
    #expect(empty.points.isEmpty && empty.riskArea == 0 && empty.at(0).coverage == 0)
  }

  @Test("A clip in which nothing was heard has the least confidence, and is an error")
  func unheard() {
    var posteriors = Self.posteriors([(0.75, true)])
    posteriors.add(label: 0, probabilities: [0, 0])
    let curve = CoverageCurve(posteriors)
    #expect(curve.at(0.6).accuracy == 1 && curve.at(0.5) == .init(threshold: 0.5, coverage: 1, accuracy: 0.5))
  }

  @Test("The area is the error where confidence says nothing, and smaller where it tells right from wrong")
  func area() {
    let same = [true, false, true, true, false].map { (confidence: Float(0.75), isRight: $0) }
    #expect(abs(CoverageCurve(Self.posteriors(same)).riskArea - 0.4) < 1e-12)
    let telling = same.map { (confidence: Float($0.isRight ? 0.875 : 0.625), isRight: $0.isRight) }
    // Three without an error, then one of four and two of five wrong, taken together.
    #expect(abs(CoverageCurve(Self.posteriors(telling)).riskArea - 0.4 * 0.4) < 1e-12)
  }

  @Test("Each threshold gives what counting gives")
  func counting() {
    var random = RandomSource(seed: 46)
    let verdicts = (0..<200).map { _ in
      // In steps, so that many are equal.
      (confidence: 0.5 + Float(random.index(below: 20)) / 40, isRight: random.uniform() < 0.6)
    }
    let posteriors = Self.posteriors(verdicts)
    let curve = CoverageCurve(posteriors)
    for threshold in stride(from: 0.4, through: 1, by: 0.0125) {
      let given = posteriors.labels.indices.filter { Double(posteriors.probabilities[$0].max()!) >= threshold }
      let right = given.count { posteriors.predicted[$0] == 0 }
      let point = curve.at(threshold)
      #expect(point.coverage == Double(given.count) / 200)
      #expect(point.accuracy == (given.isEmpty ? nil : Double(right) / Double(given.count)))
    }
  }
}
