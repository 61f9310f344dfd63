import Support

/// Normalises each row to mean 0 and deviation 1 over its columns, then scales and shifts each column (Ba, Kiros and
/// Hinton 2016). Training and inference are identical.
public struct LayerNorm: Layer {
  public let inputWidth: Int
  public var outputWidth: Int { inputWidth }
  static let epsilon: Float = 1e-5

  public init(width: Int) {
    inputWidth = width
  }

  public var parameters: [Parameter] {
    [Parameter(name: "scale", shape: [inputWidth]), Parameter(name: "shift", shape: [inputWidth])]
  }

  public func initialize(_ weights: inout MutableSpan<Float>, using random: inout RandomSource) {
    for i in 0..<inputWidth {
      weights[i] = 1
      weights[inputWidth + i] = 0
    }
  }

  /// Mean, square and scale of each element.
  public func multiplyAdds(rows: Int) -> Int { 3 * rows * inputWidth }

  /// Mean and inverse deviation of the row that begins at `start`.
  private func statistics(_ rows: Span<Float>, from start: Int) -> (mean: Float, scale: Float) {
    var mean: Float = 0
    for i in 0..<inputWidth { mean += rows[start + i] }
    mean /= Float(inputWidth)
    var variance: Float = 0
    for i in 0..<inputWidth {
      let distance = rows[start + i] - mean
      variance += distance * distance
    }
    return (mean, 1 / (variance / Float(inputWidth) + Self.epsilon).squareRoot())
  }

  /// `saved`: mean and inverse deviation of each row, [rows × 2].
  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    let width = inputWidth
    var savedStore = cache.saved.take(resizedTo: 2 * layout.rowCount)
    defer { cache.saved = savedStore }
    var saved = savedStore.mutableSpan
    cache.output.resize(to: input.count)
    var output = cache.output.mutableSpan
    for row in 0..<layout.rowCount {
      let (mean, scale) = statistics(input, from: row * width)
      saved[2 * row] = mean
      saved[2 * row + 1] = scale
      for i in 0..<width {
        output[row * width + i] = (input[row * width + i] - mean) * scale * weights[i] + weights[width + i]
      }
    }
  }

  public func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    let width = inputWidth
    let saved = cache.saved
    cache.inputGradient.resize(to: input.count)
    var inputGradient = cache.inputGradient.mutableSpan
    for row in 0..<layout.rowCount {
      let (mean, scale) = (saved[2 * row], saved[2 * row + 1])
      // Means over the row of dx̂ and of dx̂ · x̂: the contributions of the row's mean and deviation to the gradient.
      var (sum, product): (Float, Float) = (0, 0)
      for i in 0..<width {
        let at = row * width + i
        let normalized = (input[at] - mean) * scale
        gradients[i] += outputGradient[at] * normalized
        gradients[width + i] += outputGradient[at]
        sum += outputGradient[at] * weights[i]
        product += outputGradient[at] * weights[i] * normalized
      }
      sum /= Float(width)
      product /= Float(width)
      for i in 0..<width {
        let at = row * width + i
        let normalized = (input[at] - mean) * scale
        inputGradient[at] = scale * (outputGradient[at] * weights[i] - sum - normalized * product)
      }
    }
  }

  public func makeState() -> LayerState { LayerState(output: outputWidth) }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    let (mean, scale) = statistics(row, from: 0)
    var output = state.output.mutableSpan
    for i in 0..<inputWidth { output[i] = (row[i] - mean) * scale * weights[i] + weights[inputWidth + i] }
  }
}
