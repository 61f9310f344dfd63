/// A function applied to each element.
public struct Activation: WeightlessLayer {
  public enum Function: String, Codable, CaseIterable, Sendable {
    case relu, sigmoid, tanh
  }

  public let function: Function
  public let inputWidth: Int
  public var outputWidth: Int { inputWidth }

  public init(_ function: Function, width: Int) {
    self.function = function
    inputWidth = width
  }

  private func apply(_ x: inout MutableSpan<Float>) {
    switch function {
    case .relu: for i in x.indices { x[i] = max(x[i], 0) }
    case .sigmoid: VectorMath.sigmoid(&x, x.indices)
    case .tanh: VectorMath.tanh(&x, x.indices)
    }
  }

  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    cache.output.resize(to: input.count)
    var output = cache.output.mutableSpan
    for i in input.indices { output[i] = input[i] }
    apply(&output)
  }

  public func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    cache.inputGradient.resize(to: input.count)
    let output = cache.output
    var inputGradient = cache.inputGradient.mutableSpan
    for i in input.indices {
      let y = output[i]
      let slope: Float =
        switch function {
        case .relu: y > 0 ? 1 : 0
        case .sigmoid: y * (1 - y)
        case .tanh: 1 - y * y
        }
      inputGradient[i] = outputGradient[i] * slope
    }
  }

  public func makeState() -> LayerState { LayerState(output: outputWidth) }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    var output = state.output.mutableSpan
    for i in row.indices { output[i] = row[i] }
    apply(&output)
  }
}
