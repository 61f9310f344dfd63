/// Reduces a sequence to one row: statistics of each column over time ("functionals"), without weights.
///
/// The result is [statistics × columns]: the first statistic of each column, then the next.
public struct FunctionalsPooling: WeightlessLayer {
  public let inputWidth: Int
  public var outputWidth: Int { statistics.count * inputWidth }
  public let statistics: [Statistic]
  /// Length of the window, in rows.
  public let window: Int

  /// Default of the configuration.
  static let defaultWindow = 1200

  /// - Parameters:
  ///   - width: columns of a row.
  ///   - statistics: at least one.
  ///   - window: at least one row.
  public init(width: Int, statistics: [Statistic], window: Int) {
    precondition(!statistics.isEmpty, "no statistics are asked for")
    precondition(window >= 1, "a window holds at least one row")
    inputWidth = width
    self.statistics = statistics
    self.window = window
  }

  public func outputLayout(_ layout: SequenceLayout) -> SequenceLayout { layout.pooled }

  public func outputRows(_ rows: RowCount) -> RowCount { .known(1) }

  /// Five sums per element for any statistics, without sorting.
  public func multiplyAdds(rows: Int) -> Int { 5 * rows * inputWidth }

  private var functionals: Functionals {
    Functionals(columns: 0..<inputWidth, statistics: statistics, capacity: window)
  }

  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    let width = inputWidth
    var functionals = functionals
    cache.output.resize(to: layout.sequenceCount * outputWidth)
    var output = cache.output.mutableSpan
    for (sequence, length) in layout.lengths.enumerated() {
      functionals.reset()
      for time in max(0, length - window)..<length {
        let row = layout.row(sequence, at: time) * width
        functionals.add(input.extracting(row..<row + width))
      }
      var part = output._mutatingExtracting(sequence * outputWidth..<(sequence + 1) * outputWidth)
      functionals.read(into: &part)
    }
  }

  /// The gradient of a percentile goes to the value or the two values that it lies on. Deviation and skewness have no
  /// gradient where a column is constant, and change has none between equal values.
  public func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    let width = inputWidth
    let results = cache.output
    // Sorting dominates the cost.
    let needsRanks = statistics.contains { OrderStatistic($0, of: 1) != nil }
    cache.inputGradient.resize(to: layout.rowCount * width)
    var inputGradient = cache.inputGradient.mutableSpan
    for i in inputGradient.indices { inputGradient[i] = 0 }
    for (sequence, length) in layout.lengths.enumerated() {
      let first = max(0, length - window)
      let count = length - first
      /// Index of a column's value, `index` rows after the first in the window.
      func place(_ index: Int, _ column: Int) -> Int { layout.row(sequence, at: first + index) * width + column }
      for column in 0..<width {
        let values = (0..<count).map { input[place($0, column)] }
        let ranked = needsRanks ? values.indices.sorted { values[$0] < values[$1] } : []
        let mean = values.reduce(0, +) / Float(count)
        // The gradient of a value is a polynomial of its distance from the mean and of its row's from the middle of the
        // time, plus contributions by its rank and by its neighbours.
        var constant: Float = 0
        var perDistance: Float = 0
        var perSquaredDistance: Float = 0
        var perRow: Float = 0
        var perSquaredRow: Float = 0
        for (index, statistic) in statistics.enumerated() {
          let result = sequence * outputWidth + index * width + column
          let gradient = outputGradient[result]
          switch statistic {
          case .mean: constant += gradient / Float(count)
          case .deviation:
            if results[result] > 0 { perDistance += gradient / (Float(count) * results[result]) }
          case .slope: if count > 1 { perRow += gradient / Float(Moments.spread(count)) }
          case .curvature:
            guard count > 2 else { continue }
            let middle = Moments.middle(count)
            let bend = gradient * Float(middle * middle / Moments.squareSpread(count))
            perSquaredRow += bend
            constant -= bend * Float(Moments.meanSquare(count))
          case .change:
            for index in 1..<max(1, count) {
              let step = values[index] - values[index - 1]
              let share = step == 0 ? 0 : gradient / Float(count - 1) * (step > 0 ? 1 : -1)
              inputGradient[place(index, column)] += share
              inputGradient[place(index - 1, column)] -= share
            }
          case .skewness:
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(count)
            guard results[result] != 0, variance > 0 else { continue }
            let deviation = variance.squareRoot()
            let share = 3 * gradient / (Float(count) * variance * deviation)
            perSquaredDistance += share
            perDistance -= share * results[result] * deviation
            constant -= share * variance
          case .minimum, .maximum, .range, .interquartileRange, .percentile:
            for (rank, share) in OrderStatistic(statistic, of: count)!.shares {
              inputGradient[place(ranked[rank], column)] += gradient * Float(share)
            }
          }
        }
        for index in 0..<count {
          let distance = values[index] - mean
          let row = Float(index) - Float(Moments.middle(count))
          inputGradient[place(index, column)] +=
            constant + (perDistance + perSquaredDistance * distance) * distance + (perRow + perSquaredRow * row) * row
        }
      }
    }
  }

  public func makeState() -> LayerState { LayerState(output: outputWidth, functionals: functionals) }

  public var stateBound: Int {
    MemoryLayout<Float>.stride * outputWidth + Functionals.byteBound(columns: inputWidth, capacity: window)
  }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    var outputStore = state.output.take()
    defer { state.output = outputStore }
    var output = outputStore.mutableSpan
    state.functionals!.add(row)
    state.functionals!.read(into: &output)
  }
}
