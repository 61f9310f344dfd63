import AllocationCounter
import Support
import TestSupport
import Testing

@testable import Models

@Suite("Functionals")
struct FunctionalsTests {
  /// In the order of Tests/Golden/functionals_reference.py.
  static let names = [
    "mean", "deviation", "minimum", "maximum", "range", "interquartile_range", "slope", "curvature", "change",
    "skewness", "p0", "p10", "p37.5", "p50", "p90", "p100",
  ]

  static func read(_ functionals: Functionals) -> [Float] {
    var output = [Float](repeating: .nan, count: functionals.outputWidth)
    var span = output.mutableSpan
    functionals.read(into: &span)
    return output
  }

  @Test(
    "Statistics equal NumPy's and SciPy's after every row",
    arguments: [
      "random", "wrapping", "constant", "single", "two", "last row only", "ties", "far", "trend", "clicks",
    ])
  func golden(_ name: String) throws {
    let golden = try Golden("functionals")
    let input = try golden.values("\(name)/input")
    let expected = try golden.values("\(name)/output")
    let capacity = Int(try golden.values("\(name)/capacity")[0])
    let columns = 3
    var functionals = Functionals(
      columns: 0..<columns, statistics: try Statistic.named(Self.names), capacity: capacity)
    try #require(input.count / columns * functionals.outputWidth == expected.count)
    for time in 0..<input.count / columns {
      functionals.add(input.span.extracting(time * columns..<(time + 1) * columns))
      #expect(functionals.count == min(time + 1, capacity))
      for (index, value) in Self.read(functionals).enumerated() {
        let reference = expected[time * functionals.outputWidth + index]
        // Either side is rounded to single precision once. What is left of a deviation or slope after cancellation in
        // double precision is small beside the values: 1e-13 of them.
        let largest = input.reduce(0) { max($0, abs($1)) }
        // A skewness has no unit: its cancellation is measured against deviations.
        let isSkewness = Self.names[index / columns] == "skewness"
        let tolerance = 1.2e-7 * abs(reference) + (isSkewness ? 1e-7 : 1e-13 * largest)
        #expect(
          abs(value - reference) <= tolerance, "\(Self.names[index / columns]), column \(index % columns), row \(time)")
      }
    }
  }

  @Test("Columns are chosen, in any order, and named")
  func chosenColumns() throws {
    let statistics = try Statistic.named(["mean", "p90"])
    var functionals = Functionals(columns: [3, 1], statistics: statistics, capacity: 5)
    for row in [[1, 2, 3, 4], [9, 4, 9, 8]] as [[Float]] { functionals.add(row.span) }
    let values = Self.read(functionals)
    #expect(values.prefix(2) == [6, 3])
    #expect(abs(values[2] - 7.6) < 1e-6)
    #expect(abs(values[3] - 3.8) < 1e-6)
    #expect(
      functionals.columnNames(for: ["level", "mfcc_0", "mfcc_1", "centroid"])
        == ["centroid_mean", "mfcc_0_mean", "centroid_p90", "mfcc_0_p90"])
  }

  /// Widths around those of vectors, few and many rows.
  @Test("Columns do not touch each other", arguments: 1...19)
  func widths(_ width: Int) throws {
    var random = RandomSource(seed: UInt64(width))
    let statistics = try Statistic.named(Self.names)
    var together = Functionals(columns: 0..<width, statistics: statistics, capacity: 7)
    var alone = (0..<width).map { Functionals(columns: [$0], statistics: statistics, capacity: 7) }
    for _ in 0..<30 {
      let row = (0..<width).map { _ in random.uniform(-3, 3) }
      together.add(row.span)
      let values = Self.read(together)
      for column in 0..<width {
        alone[column].add(row.span)
        #expect(Self.read(alone[column]) == stride(from: column, to: values.count, by: width).map { values[$0] })
      }
    }
  }

  @Test("After a reset nothing of the past is left")
  func reset() throws {
    var random = RandomSource(seed: 1)
    var used = Functionals(columns: 0..<4, statistics: try Statistic.named(Self.names), capacity: 6)
    var fresh = used
    for _ in 0..<20 {
      let row = (0..<4).map { _ in random.uniform(-1e6, 1e6) }
      used.add(row.span)
    }
    used.reset()
    #expect(used.count == 0)
    for _ in 0..<20 {
      let row = (0..<4).map { _ in random.uniform(-1, 1) }
      used.add(row.span)
      fresh.add(row.span)
      #expect(Self.read(used) == Self.read(fresh))
    }
  }

  @Test("A day of rows, one every 40 ms, leaves the statistics exact")
  func day() throws {
    var random = RandomSource(seed: 2)
    let capacity = 50
    let statistics = try Statistic.named(Self.names)
    var functionals = Functionals(columns: [0], statistics: statistics, capacity: capacity)
    var last: [[Float]] = []
    for time in 0..<24 * 3600 * 25 {
      let row = [1000 * random.uniform() * random.uniform()]
      functionals.add(row.span)
      if time >= 24 * 3600 * 25 - capacity { last.append(row) }
    }
    var fresh = Functionals(columns: [0], statistics: statistics, capacity: capacity)
    for row in last { fresh.add(row.span) }
    for (value, expected) in zip(Self.read(functionals), Self.read(fresh)) {
      #expect(abs(value - expected) <= expected.ulp)  // sums in another order, rounded once
    }
  }

  @Test(
    "Nothing allocates after init",
    .enabled(if: allocation_counter_works(), "a sanitizer has its own allocator, so nothing can be counted"))
  func allocation() throws {
    var random = RandomSource(seed: 3)
    let rows = (0..<40).map { _ in (0..<60).map { _ in random.uniform(-1, 1) } }
    var functionals = Functionals(columns: 0..<60, statistics: try Statistic.named(Self.names), capacity: 25)
    var output = [Float](repeating: 0, count: functionals.outputWidth)
    let before = allocation_count()
    for _ in 0..<3 {
      functionals.reset()
      for row in rows {
        functionals.add(row.span)
        var span = output.mutableSpan
        functionals.read(into: &span)
      }
    }
    let count = allocation_count() - before
    #expect(count == 0)
    #expect(before > 0)
  }

  @Test("Names are understood and given back", arguments: FunctionalsTests.names + ["p2.5", "p99.9"])
  func roundTrip(_ name: String) throws {
    let statistic = try Statistic(named: name)
    #expect(statistic.name == name)
    #expect(try Statistic(named: statistic.name) == statistic)
  }

  @Test(
    "A name that means nothing is refused, and the sentence says what would do",
    arguments: [
      (["median"], "'median'; there are mean, deviation"), (["p"], "'p'"), (["p-1"], "'p-1'"),
      (["p101"], "from p0 to p100"), (["pnan"], "'pnan'"), (["p1e1"], "'p1e1'"), (["p1.2.3"], "'p1.2.3'"),
      (["mean", "mean"], "'mean' stands there twice"), (["p50", "p50.0"], "'p50.0' stands there twice"),
      ([], "at least one"), ([""], "''"),
    ])
  func unknownNames(_ names: [String], _ words: String) {
    let error = #expect(throws: StatisticError.self) { _ = try Statistic.named(names) }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }
}

@Suite("Pooling by functionals")
struct FunctionalsPoolingTests {
  @Test("Statistics and gradients of a ragged batch equal PyTorch's", arguments: [0, 3])
  func pyTorch(_ window: Int) throws {
    let golden = try Golden("functionals")
    let name = "pooling/\(window)"
    let layer = FunctionalsPooling(
      width: 4, statistics: try Statistic.named(FunctionalsTests.names), window: window == 0 ? 100 : window)
    let layout = try golden.layout(name)
    let input = try golden.values("\(name)/input")
    let weights: [Float] = []
    var cache = LayerCache()
    var pass = Pass.training(RandomSource(seed: 1))
    layer.forward(input.span, layout: layout, weights: weights.span, pass: &pass, cache: &cache)
    #expect(agree(cache.output, try golden.values("\(name)/output")))

    var gradients: [Float] = []
    var span = gradients.mutableSpan
    let outputGradient = try golden.values("\(name)/output_gradient")
    layer.backward(
      outputGradient.span, input: input.span, layout: layout, weights: weights.span, cache: &cache, gradients: &span)
    #expect(agree(cache.inputGradient, try golden.values("\(name)/input_gradient")))
  }

  @Test("Rows that do not deviate have no gradient by their deviation, and none is infinite")
  func constantRows() {
    let layer = FunctionalsPooling(width: 1, statistics: [.deviation], window: 10)
    let layout = SequenceLayout(lengths: [4])
    let input: [Float] = [0.1, 0.1, 0.1, 0.1]
    let weights: [Float] = []
    let outputGradient: [Float] = [1]
    var cache = LayerCache()
    var pass = Pass.training(RandomSource(seed: 1))
    layer.forward(input.span, layout: layout, weights: weights.span, pass: &pass, cache: &cache)
    var gradients: [Float] = []
    var span = gradients.mutableSpan
    layer.backward(
      outputGradient.span, input: input.span, layout: layout, weights: weights.span, cache: &cache, gradients: &span)
    #expect(cache.output == [0])
    #expect(cache.inputGradient == [0, 0, 0, 0])
  }

  @Test(
    "A step of a stream does not allocate",
    .enabled(if: allocation_counter_works(), "a sanitizer has its own allocator, so nothing can be counted"))
  func allocation() {
    var random = RandomSource(seed: 4)
    let layer = FunctionalsPooling(width: 60, statistics: LayerCase.statistics, window: 25)
    let rows = (0..<40).map { _ in (0..<60).map { _ in random.uniform(-1, 1) } }
    let weights: [Float] = []
    var state = layer.makeState()
    let before = allocation_count()
    for _ in 0..<3 {
      state.reset()
      for (time, row) in rows.enumerated() {
        layer.step(row.span, at: time, weights: weights.span, state: &state)
      }
    }
    let count = allocation_count() - before
    #expect(count == 0)
    #expect(before > 0)
  }
}
