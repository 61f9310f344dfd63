/// In training, sets each element to zero with probability `rate` and scales the others by 1 / (1 − rate). Inference
/// passes rows through (inverted dropout: Srivastava et al. 2014).
public struct Dropout: WeightlessLayer {
  public let inputWidth: Int
  public var outputWidth: Int { inputWidth }
  /// 0 ..< 1.
  public let rate: Float

  public init(width: Int, rate: Float) {
    precondition((0..<1).contains(rate), "a dropout rate lies in 0 ..< 1")
    inputWidth = width
    self.rate = rate
  }

  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    var outputStore = cache.output.take(resizedTo: input.count)
    defer { cache.output = outputStore }
    var output = outputStore.mutableSpan
    guard pass.isTraining else {
      for i in input.indices { output[i] = input[i] }
      return
    }
    cache.saved.resize(to: input.count)
    var mask = cache.saved.mutableSpan
    let kept = 1 / (1 - rate)
    for i in input.indices {
      mask[i] = pass.random.uniform() < rate ? 0 : kept
      output[i] = input[i] * mask[i]
    }
  }

  public func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    cache.inputGradient.resize(to: input.count)
    let mask = cache.saved
    var inputGradient = cache.inputGradient.mutableSpan
    for i in input.indices { inputGradient[i] = outputGradient[i] * mask[i] }
  }

  public func makeState() -> LayerState { LayerState(output: outputWidth) }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    var output = state.output.mutableSpan
    output.copy(row, to: 0, count: inputWidth)
  }

  public func step(
    _ rows: Span<Float>, at times: [Int], weights: Span<Float>, states: inout [LayerState],
    into output: inout MutableSpan<Float>
  ) {
    output.copy(rows, to: 0, count: times.count * inputWidth)
  }

  public func folded(_ weights: Span<Float>) -> [WeightedLayer] { [] }
}
