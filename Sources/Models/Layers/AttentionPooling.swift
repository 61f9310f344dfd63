/// One row for a whole sequence: the mean and the deviation of its rows, weighted by attention
/// (Okabe, Koshinaka and Shinoda 2018).
///
/// ```
/// s[t] = v · x[t]        a = softmax(s) over time
/// y = [Σ a x, √(Σ a (x − Σ a x)² + ε)]
/// ```
/// A stream keeps the sums incrementally, relative to the highest score so far, so that its state has a fixed size
/// and no exponential overflows; weighted mean and squared deviation follow West's update (1979), which does not
/// cancel. With a `window`, only the last `window` rows count.
public struct AttentionPooling: Layer {
  public let inputWidth: Int
  public var outputWidth: Int { 2 * inputWidth }
  /// How many rows back the attention reaches; nil for the whole sequence.
  public let window: Int?
  static let epsilon: Float = 1e-5

  public init(width: Int, window: Int? = nil) {
    precondition(window ?? 1 >= 1, "a window holds at least one row")
    inputWidth = width
    self.window = window
  }

  /// No bias: adding a constant to all scores changes nothing.
  public var parameters: [Parameter] { [Parameter(name: "attention", shape: [inputWidth])] }

  public func initialize(_ weights: inout MutableSpan<Float>, using random: inout RandomSource) {
    weights.fillUniform(0..<inputWidth, bound: 1 / Float(inputWidth).squareRoot(), using: &random)
  }

  public func outputLayout(_ layout: SequenceLayout) -> SequenceLayout { layout.pooled }

  public func outputRows(_ rows: RowCount) -> RowCount { .known(1) }

  /// A score, a mean and a square for each element.
  public func multiplyAdds(rows: Int) -> Int { 3 * rows * inputWidth }

  /// First time that counts for a sequence of `length` rows.
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
        var score: Float = 0
        for i in 0..<width { score += weights[i] * input[row + i] }
        scores[index] = score
      }
      var share = scores.mutableSpan
      VectorMath.softmax(&share, share.indices)
      let mean = sequence * outputWidth
      let deviation = mean + width
      for (index, time) in times.enumerated() {
        let row = layout.row(sequence, at: time)
        attention[row] = share[index]
        for i in 0..<width { output[mean + i] += share[index] * input[row * width + i] }
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
    for (sequence, length) in layout.lengths.enumerated() {
      let mean = sequence * outputWidth
      let deviation = mean + width
      // With m = Σ a x and q = Σ a (x − m)²: ∂q/∂x = 2 a (x − m) and ∂q/∂a = (x − m)², since Σ a (x − m) is zero.
      var expectation: Float = 0
      for time in start(length)..<length {
        let row = layout.row(sequence, at: time)
        var gradient: Float = 0
        for i in 0..<width {
          let distance = input[row * width + i] - output[mean + i]
          let squareGradient = outputGradient[deviation + i] / (2 * output[deviation + i])
          inputGradient[row * width + i] =
            attention[row] * (outputGradient[mean + i] + 2 * squareGradient * distance)
          gradient += outputGradient[mean + i] * input[row * width + i] + squareGradient * distance * distance
        }
        attentionGradient[time] = gradient
        expectation += attention[row] * gradient
      }
      for time in start(length)..<length {
        let row = layout.row(sequence, at: time)
        let scoreGradient = attention[row] * (attentionGradient[time] - expectation)
        for i in 0..<width {
          gradients[i] += scoreGradient * input[row * width + i]
          inputGradient[row * width + i] += scoreGradient * weights[i]
        }
      }
    }
  }

  /// `memory`: without a window [highest score, sum of weights, mean, squared deviation]; with one, a ring of
  /// [score, row] indexed by time. `scratch`: the same sums for the window.
  public func makeState() -> LayerState {
    let sums = 2 + 2 * inputWidth
    return LayerState(
      output: outputWidth, memory: window.map { $0 * (1 + inputWidth) } ?? sums, scratch: window == nil ? 0 : sums)
  }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    var score: Float = 0
    for i in 0..<inputWidth { score += weights[i] * row[i] }
    var outputStore = state.output.take()
    defer { state.output = outputStore }
    var output = outputStore.mutableSpan
    guard let window else {
      var sums = state.memory.mutableSpan
      add(row, from: 0, score: score, isFirst: time == 0, to: &sums)
      read(sums.span, into: &output)
      return
    }
    let stride = 1 + inputWidth
    let slot = (time % window) * stride
    state.memory[slot] = score
    for i in 0..<inputWidth { state.memory[slot + 1 + i] = row[i] }
    let ring = state.memory
    var sums = state.scratch.mutableSpan
    let oldest = max(0, time - window + 1)
    for past in oldest...time {
      let slot = (past % window) * stride
      add(ring.span, from: slot + 1, score: ring[slot], isFirst: past == oldest, to: &sums)
    }
    read(sums.span, into: &output)
  }

  /// Adds the row at `start` of `rows` to the sums [highest score, sum of weights, mean, squared deviation].
  private func add(
    _ rows: Span<Float>, from start: Int, score: Float, isFirst: Bool, to sums: inout MutableSpan<Float>
  ) {
    let width = inputWidth
    if isFirst {
      sums[0] = score
      sums[1] = 1
      for i in 0..<width {
        sums[2 + i] = rows[start + i]
        sums[2 + width + i] = 0
      }
      return
    }
    let highest = max(sums[0], score)
    let fade = exponential(sums[0] - highest)
    let weight = exponential(score - highest)
    let total = sums[1] * fade + weight
    let share = weight / total
    sums[0] = highest
    sums[1] = total
    for i in 0..<width {
      let distance = rows[start + i] - sums[2 + i]
      sums[2 + i] += share * distance
      sums[2 + width + i] = fade * sums[2 + width + i] + weight * distance * (rows[start + i] - sums[2 + i])
    }
  }

  private func exponential(_ x: Float) -> Float {
    if x == 0 { return 1 }
    var value: [1 of Float] = [x]
    var span = value.mutableSpan
    VectorMath.exp(&span, 0..<1)
    return value[0]
  }

  private func read(_ sums: Span<Float>, into output: inout MutableSpan<Float>) {
    let width = inputWidth
    for i in 0..<width {
      output[i] = sums[2 + i]
      output[width + i] = (sums[2 + width + i] / sums[1] + Self.epsilon).squareRoot()
    }
  }
}
