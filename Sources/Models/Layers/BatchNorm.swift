import Support

/// Normalises each column to mean 0 and deviation 1, then scales and shifts it (Ioffe and Szegedy 2015).
///
/// Training uses the mean and the (biased) variance of all rows of the batch. Inference uses running averages, updated
/// with a momentum of 0.1 and the unbiased variance, as in PyTorch.
public struct BatchNorm: Layer {
  public let inputWidth: Int
  public var outputWidth: Int { inputWidth }
  static let epsilon: Float = 1e-5
  static let momentum: Float = 0.1

  public init(width: Int) {
    inputWidth = width
  }

  public var parameters: [Parameter] {
    [
      Parameter(name: "scale", shape: [inputWidth]),
      Parameter(name: "shift", shape: [inputWidth]),
      Parameter(name: "running_mean", shape: [inputWidth], isTrainable: false),
      Parameter(name: "running_variance", shape: [inputWidth], isTrainable: false),
    ]
  }

  public func multiplyAdds(rows: Int) -> Int { rows * inputWidth }

  public func initialize(_ weights: inout MutableSpan<Float>, using random: inout RandomSource) {
    for i in 0..<inputWidth {
      weights[i] = 1
      weights[inputWidth + i] = 0
      weights[2 * inputWidth + i] = 0
      weights[3 * inputWidth + i] = 1
    }
  }

  /// `saved` in a training pass: mean, inverse deviation and unbiased variance of the batch, each [width].
  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    let width = inputWidth
    let rows = layout.rowCount
    var savedStore = cache.saved.take(resizedTo: 3 * width)
    defer { cache.saved = savedStore }
    var saved = savedStore.mutableSpan
    cache.output.resize(to: input.count)
    var output = cache.output.mutableSpan
    if pass.isTraining {
      for i in saved.indices { saved[i] = 0 }
      saved.addColumnSums(input, to: 0, rows: rows, width: width)
      for i in 0..<width { saved[i] /= Float(rows) }
      var mean = [Float](repeating: 0, count: width)
      for i in 0..<width { mean[i] = saved[i] }
      var squares = saved._mutatingExtracting(2 * width..<3 * width)
      BatchMath.addSquareDistances(input, from: mean.span, to: &squares, rows: rows, columns: width)
      for i in 0..<width {
        saved[width + i] = 1 / (saved[2 * width + i] / Float(rows) + Self.epsilon).squareRoot()
        saved[2 * width + i] /= Float(max(rows - 1, 1))
      }
    } else {
      for i in 0..<width {
        saved[i] = weights[2 * width + i]
        saved[width + i] = 1 / (weights[3 * width + i] + Self.epsilon).squareRoot()
      }
    }
    BatchMath.normalize(input, by: saved.span, weights, into: &output, rows: rows, columns: width)
  }

  public func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    let width = inputWidth
    let rows = layout.rowCount
    cache.inputGradient.resize(to: input.count)
    let saved = cache.saved
    var inputGradient = cache.inputGradient.mutableSpan
    // Sums over the batch of dy and of dy · x̂ are the gradients of shift and scale, and give the contribution of the
    // mean and the variance to every row's gradient.
    var sums = [Float](repeating: 0, count: 2 * width)
    var sum = sums.mutableSpan
    BatchMath.normalizeGradient(
      outputGradient, input, by: saved.span, weights, sums: &sum, into: &inputGradient, rows: rows, columns: width)
    for i in 0..<2 * width { gradients[i] += sum[i] }
  }

  public func updateStatistics(_ weights: inout MutableSpan<Float>, cache: LayerCache) {
    let width = inputWidth
    for i in 0..<width {
      weights[2 * width + i] += Self.momentum * (cache.saved[i] - weights[2 * width + i])
      weights[3 * width + i] += Self.momentum * (cache.saved[2 * width + i] - weights[3 * width + i])
    }
  }

  /// The scale and the shift that the layer is equivalent to at inference, [2 × width].
  private func map(_ weights: Span<Float>, into map: inout MutableSpan<Float>) {
    let width = inputWidth
    for i in 0..<width {
      map[i] = weights[i] / (weights[3 * width + i] + Self.epsilon).squareRoot()
      map[width + i] = weights[width + i] - weights[2 * width + i] * map[i]
    }
  }

  public func folded(_ weights: Span<Float>) -> [WeightedLayer] {
    var folded = [Float](repeating: 0, count: 2 * inputWidth)
    var span = folded.mutableSpan
    map(weights, into: &span)
    return [WeightedLayer(ScaleAndShift(width: inputWidth), folded)]
  }

  /// `scratch`: scale and shift.
  public func makeState() -> LayerState { LayerState(output: outputWidth, scratch: 2 * inputWidth) }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    var folded = state.scratch.mutableSpan
    map(weights, into: &folded)
    var output = state.output.take()
    defer { state.output = output }
    var span = output.mutableSpan
    VectorMath.scaleAndShift(row, from: 0, by: state.scratch.span, into: &span, count: inputWidth)
  }
}
