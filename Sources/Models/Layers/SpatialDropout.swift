/// In training, sets whole columns of a sequence to zero, each with probability `rate`, and scales the others by 1 / (1
/// − rate). Inference passes rows through (Tompson et al. 2015).
public struct SpatialDropout: WeightlessLayer {
  public let inputWidth: Int
  public var outputWidth: Int { inputWidth }
  /// 0 ..< 1.
  public let rate: Float

  public init(width: Int, rate: Float) {
    precondition((0..<1).contains(rate), "a dropout rate lies in 0 ..< 1")
    inputWidth = width
    self.rate = rate
  }

  /// `saved` in a training pass: the factor of each column of each sequence, [sequences × width].
  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    let width = inputWidth
    var outputStore = cache.output.take(resizedTo: input.count)
    defer { cache.output = outputStore }
    var output = outputStore.mutableSpan
    guard pass.isTraining else {
      output.copy(input, to: 0, count: input.count)
      return
    }
    cache.saved.resize(to: layout.sequenceCount * width)
    var mask = cache.saved.mutableSpan
    let kept = 1 / (1 - rate)
    for i in mask.indices { mask[i] = pass.random.uniform() < rate ? 0 : kept }
    Self.scale(input, by: mask.span, layout, width, into: &output)
  }

  public func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    cache.inputGradient.resize(to: input.count)
    let mask = cache.saved
    var inputGradient = cache.inputGradient.mutableSpan
    Self.scale(outputGradient, by: mask.span, layout, inputWidth, into: &inputGradient)
  }

  private static func scale(
    _ rows: Span<Float>, by mask: Span<Float>, _ layout: SequenceLayout, _ width: Int,
    into result: inout MutableSpan<Float>
  ) {
    for time in 0..<layout.timeCount {
      let first = layout.row(0, at: time) * width
      for i in 0..<layout.active(at: time) * width { result[first + i] = rows[first + i] * mask[i] }
    }
  }

  public func makeState() -> LayerState { LayerState(output: outputWidth) }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    var output = state.output.mutableSpan
    output.copy(row, to: 0, count: inputWidth)
  }

  public func folded(_ weights: Span<Float>) -> [WeightedLayer] { [] }
}
