/// The maximum or the mean of the rows in a moving window, column by column. Rows outside the sequence are ignored:
/// near its ends the mean covers fewer rows. Only the causal form has `step`.
public struct WindowPooling: WeightlessLayer {
  public enum Kind: String, Codable, CaseIterable, Sendable {
    case max = "max_pooling"
    case average = "average_pooling"
  }

  public let kind: Kind
  public let inputWidth: Int
  public var outputWidth: Int { inputWidth }
  /// The input rows of an output row.
  public let window: SlidingWindow

  /// - Parameters:
  ///   - size: number of input rows per output row, at least 1.
  ///   - stride: rows from one output row to the next, at least 1.
  public init(_ kind: Kind, width: Int, size: Int, stride: Int, padding: SlidingWindow.Padding = .causal) {
    self.kind = kind
    inputWidth = width
    window = SlidingWindow(size: size, stride: stride, padding: padding)
  }

  public var isStreaming: Bool { window.padding == .causal }

  public func outputRows(_ rows: RowCount) -> RowCount { window.outputRows(rows) }

  public func outputLayout(_ layout: SequenceLayout) -> SequenceLayout { window.outputLayout(layout) }

  public func multiplyAdds(rows: Int) -> Int {
    kind == .max ? 0 : window.outputRows(rows) * window.size * inputWidth
  }

  /// Combines the row at `row` of `rows` with the values at `to`.
  private func add(_ rows: Span<Float>, at row: Int, to output: inout MutableSpan<Float>, at to: Int) {
    switch kind {
    case .max: for i in 0..<inputWidth { output[to + i] = Swift.max(output[to + i], rows[row + i]) }
    case .average: for i in 0..<inputWidth { output[to + i] += rows[row + i] }
    }
  }

  private var start: Float { kind == .max ? -.infinity : 0 }

  /// `saved`, for the mean: the weight of each row in an output row, [output rows].
  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    let width = inputWidth
    let outputLayout = outputLayout(layout)
    var shareStore = cache.saved.take(resizedTo: outputLayout.rowCount)
    defer { cache.saved = shareStore }
    var share = shareStore.mutableSpan
    for row in share.indices { share[row] = 0 }
    cache.output.resize(to: outputLayout.rowCount * width)
    var output = cache.output.mutableSpan
    for i in output.indices { output[i] = start }
    for tap in 0..<window.size {
      window.forEachRow(seenBy: tap, layout, outputLayout) { row, seen in
        share[row] += 1
        add(input, at: seen * width, to: &output, at: row * width)
      }
    }
    guard kind == .average else { return }
    for row in share.indices {
      share[row] = 1 / share[row]
      for i in row * width..<(row + 1) * width { output[i] *= share[row] }
    }
  }

  /// Of several equal maxima, the first gets the gradient.
  public func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    let width = inputWidth
    let outputLayout = outputLayout(layout)
    let output = cache.output
    let share = cache.saved
    cache.inputGradient.resize(to: input.count)
    var inputGradient = cache.inputGradient.mutableSpan
    for i in inputGradient.indices { inputGradient[i] = 0 }
    var isGiven = [Bool](repeating: false, count: kind == .max ? output.count : 0)
    for tap in 0..<window.size {
      window.forEachRow(seenBy: tap, layout, outputLayout) { row, seen in
        for i in 0..<width {
          let (from, to) = (row * width + i, seen * width + i)
          switch kind {
          case .average: inputGradient[to] += outputGradient[from] * share[row]
          case .max where input[to] == output[from] && !isGiven[from]:
            isGiven[from] = true
            inputGradient[to] += outputGradient[from]
          case .max: break
          }
        }
      }
    }
  }

  /// `memory`: the past rows of a window, a ring indexed by time.
  public func makeState() -> LayerState {
    LayerState(output: outputWidth, memory: isStreaming ? window.reach * inputWidth : 0)
  }

  public var stateBound: Int {
    MemoryLayout<Float>.stride * (outputWidth + (isStreaming ? window.reach * inputWidth : 0))
  }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    precondition(isStreaming, "only a causal pooling can step")
    let width = inputWidth
    let reach = window.reach
    var pastStore = state.memory.take()
    defer { state.memory = pastStore }
    var past = pastStore.mutableSpan
    if time % window.stride == 0 {
      var output = state.output.mutableSpan
      for i in 0..<width { output[i] = start }
      let oldest = Swift.max(0, time - reach)
      for seen in oldest..<time { add(past.span, at: seen % reach * width, to: &output, at: 0) }
      add(row, at: 0, to: &output, at: 0)
      if kind == .average {
        let share = 1 / Float(time - oldest + 1)
        for i in 0..<width { output[i] *= share }
      }
    }
    if reach > 0 { past.copy(row, to: time % reach * width, count: width) }
  }
}
