/// Reduces a sequence to one row: the mean or the maximum of each column.
///
/// Sums are kept as a value and its rounding error, together 48 bits (Knuth's two-sum; Dekker 1971): the mean of ten
/// million rows is exact to the last place.
public struct GlobalPooling: WeightlessLayer {
  public enum Kind: Sendable {
    case average, max
  }

  public let kind: Kind
  public let inputWidth: Int
  public var outputWidth: Int { inputWidth }

  public init(_ kind: Kind, width: Int) {
    self.kind = kind
    inputWidth = width
  }

  public func outputRows(_ rows: RowCount) -> RowCount { .known(1) }

  public func outputLayout(_ layout: SequenceLayout) -> SequenceLayout { layout.pooled }

  public func multiplyAdds(rows: Int) -> Int { kind == .max ? 0 : rows * inputWidth }

  /// Adds the row at `row` of `rows` to the sums at `at`: [sum, error].
  private func add(_ rows: Span<Float>, at row: Int, to sums: inout MutableSpan<Float>, at start: Int) {
    for i in 0..<inputWidth {
      let (sum, value) = (sums[start + i], rows[row + i])
      let next = sum + value
      let added = next - sum
      let error = sums[start + inputWidth + i] + ((sum - (next - added)) + (value - added))
      // Renormalises: moves the error into the sum, so that it stays below the sum's last place.
      sums[start + i] = next + error
      sums[start + inputWidth + i] = error - (sums[start + i] - next)
    }
  }

  /// Writes the mean of `count` rows whose sums lie at `start`.
  private func mean(
    _ sums: Span<Float>, at start: Int, count: Int, into output: inout MutableSpan<Float>, at out: Int
  ) {
    for i in 0..<inputWidth { output[out + i] = (sums[start + i] + sums[start + inputWidth + i]) / Float(count) }
  }

  /// `saved`, of the mean: [sequences × (sum, error)].
  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    let width = inputWidth
    cache.output.resize(to: layout.sequenceCount * width)
    var sumStore = cache.saved.take(resizedTo: kind == .max ? 0 : 2 * width * layout.sequenceCount)
    defer { cache.saved = sumStore }
    var sums = sumStore.mutableSpan
    for i in sums.indices { sums[i] = 0 }
    var output = cache.output.mutableSpan
    for i in output.indices { output[i] = -.infinity }
    for time in 0..<layout.timeCount {
      for sequence in 0..<layout.active(at: time) {
        let row = layout.row(sequence, at: time) * width
        switch kind {
        case .average: add(input, at: row, to: &sums, at: 2 * width * sequence)
        case .max:
          for i in 0..<width { output[sequence * width + i] = Swift.max(output[sequence * width + i], input[row + i]) }
        }
      }
    }
    guard kind == .average else { return }
    for (sequence, length) in layout.lengths.enumerated() {
      mean(sums.span, at: 2 * width * sequence, count: length, into: &output, at: sequence * width)
    }
  }

  /// Of several equal maxima, the first gets the gradient.
  public func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    let width = inputWidth
    let output = cache.output
    cache.inputGradient.resize(to: input.count)
    var inputGradient = cache.inputGradient.mutableSpan
    for i in inputGradient.indices { inputGradient[i] = 0 }
    for (sequence, length) in layout.lengths.enumerated() {
      for i in 0..<width {
        let from = sequence * width + i
        switch kind {
        case .average:
          let share = outputGradient[from] / Float(length)
          for time in 0..<length { inputGradient[layout.row(sequence, at: time) * width + i] = share }
        case .max:
          for time in 0..<length {
            let to = layout.row(sequence, at: time) * width + i
            guard input[to] == output[from] else { continue }
            inputGradient[to] = outputGradient[from]
            break
          }
        }
      }
    }
  }

  /// `memory`, of the mean: [sum, error]. The highest values are the output itself.
  public func makeState() -> LayerState {
    LayerState(output: outputWidth, memory: kind == .max ? 0 : 2 * inputWidth)
  }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    var outputStore = state.output.take()
    defer { state.output = outputStore }
    var output = outputStore.mutableSpan
    switch kind {
    case .average:
      var sums = state.memory.mutableSpan
      add(row, at: 0, to: &sums, at: 0)
      mean(sums.span, at: 0, count: time + 1, into: &output, at: 0)
    case .max: for i in 0..<inputWidth { output[i] = time == 0 ? row[i] : Swift.max(output[i], row[i]) }
    }
  }
}
