import Glibc
import Support
import Testing

@testable import Models

/// A sliding window of attention against its definition, in double precision.
@Suite("Attention over a window")
struct SlidingMomentsTests {
  /// What the layer says of `rows`, of which all count.
  static func reference(_ rows: [[Float]], _ weights: [Float]) -> [Double] {
    let scores = rows.map { row in zip(row, weights).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } }
    let highest = scores.max()!
    let shares = scores.map { exp($0 - highest) }
    let total = shares.reduce(0, +)
    let means = weights.indices.map { i in
      zip(rows, shares).reduce(0.0) { $0 + $1.1 * Double($1.0[i]) } / total
    }
    let deviations = weights.indices.map { i in
      let square = zip(rows, shares).reduce(0.0) {
        $0 + $1.1 * (Double($1.0[i]) - means[i]) * (Double($1.0[i]) - means[i])
      }
      return (square / total + Double(AttentionPooling.epsilon)).squareRoot()
    }
    return means + deviations
  }

  /// A column that swings slowly by a hundred deviations, one that stays far from zero, and scores up to ±30: what
  /// running sums would not survive.
  static func row(_ time: Int, _ random: inout RandomSource) -> [Float] {
    [
      100 * sin(Float(time % 90_000) / 90_000 * 2 * .pi) + random.uniform(-1, 1), 1000 + random.uniform(-1, 1),
      random.uniform(-1, 1),
    ]
  }
  static let weights: [Float] = [0.01, 0.001, 29]

  static func agree(_ output: [Float], _ rows: [[Float]]) -> Bool {
    zip(output, reference(rows, weights)).allSatisfy { ours, exact in
      // Rounding of a mean near 1000 and of the distances from it: some units in the last place, 6e-8 each.
      abs(Double(ours) - exact) < 2e-6 * max(1000, abs(exact))
    }
  }

  @Test("Every window is exact at every row, from the first on", arguments: Array(1...12) + [75, 76])
  func everyWindow(window: Int) {
    let layer = AttentionPooling(width: 3, window: window)
    var random = RandomSource(seed: 1)
    var state = layer.makeState()
    for _ in 0..<2 {
      state.reset()
      var rows: [[Float]] = []
      for time in 0..<5 * window + 7 {
        let row = Self.row(time * 100, &random)
        rows.append(row)
        layer.step(row.span, at: time, weights: Self.weights.span, state: &state)
        #expect(Self.agree(state.output, rows.suffix(window)), "row \(time)")
      }
    }
  }

  @Test("After 24 hours at 25 rows a second the window is as exact as at the beginning")
  func dayAndNight() {
    let window = 75
    let layer = AttentionPooling(width: 3, window: window)
    var random = RandomSource(seed: 2)
    var state = layer.makeState()
    var recent: [[Float]] = []
    var compared = 0
    for time in 0..<24 * 3600 * 25 {
      let row = Self.row(time, &random)
      layer.step(row.span, at: time, weights: Self.weights.span, state: &state)
      // The windows of each 997th row, so that every phase of the blocks is met.
      if time % 997 >= 997 - window { recent.append(row) }
      guard time % 997 == 996 else { continue }
      #expect(Self.agree(state.output, recent), "row \(time)")
      compared += 1
      recent.removeAll()
    }
    #expect(compared > 2000)
  }
}
