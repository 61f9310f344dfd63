import Support

/// Reduces a sequence to one row: the attention-weighted mean and deviation of its rows (Okabe, Koshinaka and Shinoda
/// 2018).
///
/// ```
/// s[t] = v · x[t]        a = softmax(s) over time
/// y = [Σ a x, √(Σ a (x − Σ a x)² + ε)]
/// ```
/// A stream keeps moments: the highest score, and relative to it the sum of weights, the weighted mean and the weighted
/// squared distance from it. Its state therefore has a fixed size, no exponential overflows, and rows and moments are
/// added without cancellation (Chan, Golub and LeVeque 1979). With a `window`, only the last `window` rows count; see
/// `SlidingMoments`.
public struct AttentionPooling: Layer {
  public let inputWidth: Int
  public var outputWidth: Int { 2 * inputWidth }
  /// Length of the attention window, in rows; nil for the whole sequence.
  public let window: Int?
  static let epsilon: Float = 1e-5

  public init(width: Int, window: Int? = nil) {
    precondition(window ?? 1 >= 1, "a window holds at least one row")
    inputWidth = width
    self.window = window
  }

  /// No bias: a constant added to all scores has no effect.
  public var parameters: [Parameter] { [Parameter(name: "attention", shape: [inputWidth])] }

  public func initialize(_ weights: inout MutableSpan<Float>, using random: inout RandomSource) {
    weights.fillUniform(0..<inputWidth, bound: 1 / Float(inputWidth).squareRoot(), using: &random)
  }

  public func outputLayout(_ layout: SequenceLayout) -> SequenceLayout { layout.pooled }

  public func outputRows(_ rows: RowCount) -> RowCount { .known(1) }

  /// A score, a mean and a square for each element.
  public func multiplyAdds(rows: Int) -> Int { 3 * rows * inputWidth }

  /// First time step within the window for a sequence of `length` rows.
  private func start(_ length: Int) -> Int { window.map { max(0, length - $0) } ?? 0 }

  /// `saved`: the attention of each row, [rows]; zero for rows before the window.
  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    let width = inputWidth
    var attentionStore = cache.saved.take(resizedTo: layout.rowCount)
    defer { cache.saved = attentionStore }
    var attention = attentionStore.mutableSpan
    cache.output.resize(to: layout.sequenceCount * outputWidth)
    var output = cache.output.mutableSpan
    for i in attention.indices { attention[i] = 0 }
    for i in output.indices { output[i] = 0 }
    var scores = [Float]()
    for (sequence, length) in layout.lengths.enumerated() {
      let times = start(length)..<length
      scores.resize(to: times.count)
      for (index, time) in times.enumerated() {
        let row = layout.row(sequence, at: time) * width
        scores[index] = BatchMath.dot(input, from: row, weights, count: width)
      }
      var share = scores.mutableSpan
      VectorMath.softmax(&share, share.indices)
      let mean = sequence * outputWidth
      let deviation = mean + width
      for (index, time) in times.enumerated() {
        let row = layout.row(sequence, at: time)
        attention[row] = share[index]
        BatchMath.add(share[index], input, from: row * width, to: &output, at: mean, count: width)
      }
      for time in times {
        let row = layout.row(sequence, at: time)
        for i in 0..<width {
          let distance = input[row * width + i] - output[mean + i]
          output[deviation + i] += attention[row] * distance * distance
        }
      }
      for i in 0..<width { output[deviation + i] = (output[deviation + i] + Self.epsilon).squareRoot() }
    }
  }

  public func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    let width = inputWidth
    cache.inputGradient.resize(to: layout.rowCount * width)
    let attention = cache.saved
    let output = cache.output
    var inputGradient = cache.inputGradient.mutableSpan
    for i in inputGradient.indices { inputGradient[i] = 0 }
    var attentionGradient = [Float](repeating: 0, count: layout.timeCount)
    // Gradients of the mean and of the mean squared distance, [2 × width].
    var slopes = [Float](repeating: 0, count: outputWidth)
    for (sequence, length) in layout.lengths.enumerated() {
      let mean = sequence * outputWidth
      let deviation = mean + width
      for i in 0..<width {
        slopes[i] = outputGradient[mean + i]
        slopes[width + i] = outputGradient[deviation + i] / (2 * output[deviation + i])
      }
      // With m = Σ a x and q = Σ a (x − m)²: ∂q/∂x = 2 a (x − m) and ∂q/∂a = (x − m)², since Σ a (x − m) is zero.
      var expectation: Float = 0
      for time in start(length)..<length {
        let row = layout.row(sequence, at: time)
        let gradient = BatchMath.poolingGradient(
          input, from: row * width, mean: output.span, from: mean, slopes: slopes.span, share: attention[row],
          into: &inputGradient, count: width)
        attentionGradient[time] = gradient
        expectation += attention[row] * gradient
      }
      for time in start(length)..<length {
        let row = layout.row(sequence, at: time)
        let scoreGradient = attention[row] * (attentionGradient[time] - expectation)
        BatchMath.add(scoreGradient, input, from: row * width, to: &gradients, count: width)
        BatchMath.add(scoreGradient, weights, to: &inputGradient, at: row * width, count: width)
      }
    }
  }

  /// `memory`: without a window, the newest row with its score, and the moments of all rows; with one, see
  /// `SlidingMoments`.
  public func makeState() -> LayerState { LayerState(output: outputWidth, memory: memory) }

  public var stateBound: Int { MemoryLayout<Float>.stride * (outputWidth + memory) }

  private var memory: Int {
    let moments = WeightedMoments(width: inputWidth)
    return window.map { SlidingMoments(moments, window: $0).memory } ?? moments.rowCount + moments.count
  }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    var outputStore = state.output.take()
    defer { state.output = outputStore }
    var output = outputStore.mutableSpan
    var memory = state.memory.mutableSpan
    let moments = WeightedMoments(width: inputWidth)
    let score = VectorMath.dot(weights, row, count: inputWidth)
    var result = moments.rowCount
    if let window {
      result = SlidingMoments(moments, window: window).advance(&memory, row, score: score, at: time)
    } else {
      moments.place(&memory, row, score: score, at: 0)
      moments.add(&memory, row: 0, to: time == 0 ? nil : result, into: result)
    }
    moments.read(memory.span, result, epsilon: Self.epsilon, into: &output)
  }
}
