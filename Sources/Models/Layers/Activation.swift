/// A function applied to each element.
public struct Activation: WeightlessLayer {
  public enum Function: String, Codable, CaseIterable, Sendable {
    case relu, sigmoid, tanh
    /// x · Φ(x), approximated by x · σ(2u), u = √(2/π) · (x + 0.044715 x³) (Hendrycks and Gimpel 2016); the error is at
    /// most 5e-4.
    case gelu
  }

  public let function: Function
  public let inputWidth: Int
  public var outputWidth: Int { inputWidth }

  public init(_ function: Function, width: Int) {
    self.function = function
    inputWidth = width
  }

  private func apply(_ x: Span<Float>, _ y: inout MutableSpan<Float>) {
    switch function {
    case .relu:
      y.copy(x, to: 0, count: x.count)
      VectorMath.rectify(&y, x.indices)
    case .sigmoid:
      y.copy(x, to: 0, count: x.count)
      VectorMath.sigmoid(&y, x.indices)
    case .tanh:
      y.copy(x, to: 0, count: x.count)
      VectorMath.tanh(&y, x.indices)
    case .gelu:
      Self.gate(x, &y)
      for i in x.indices { y[i] *= x[i] }
    }
  }

  /// 2 · √(2/π), and the factor of the cubic term.
  private static let slope: Float = 1.595_769_1
  private static let cube: Float = 0.044_715

  /// σ(2u) of GELU.
  private static func gate(_ x: Span<Float>, _ y: inout MutableSpan<Float>) {
    for i in x.indices { y[i] = slope * x[i] * (1 + cube * x[i] * x[i]) }
    VectorMath.sigmoid(&y, x.indices)
  }

  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    cache.output.resize(to: input.count)
    var output = cache.output.mutableSpan
    apply(input, &output)
  }

  public func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    cache.inputGradient.resize(to: input.count)
    let output = cache.output
    var inputGradient = cache.inputGradient.mutableSpan
    switch function {
    case .relu: BatchMath.rectifyGradient(outputGradient, output.span, into: &inputGradient)
    case .sigmoid: for i in input.indices { inputGradient[i] = outputGradient[i] * (output[i] * (1 - output[i])) }
    case .tanh: for i in input.indices { inputGradient[i] = outputGradient[i] * (1 - output[i] * output[i]) }
    case .gelu:
      Self.gate(input, &inputGradient)
      for i in input.indices {
        let rise = output[i] * (1 - inputGradient[i]) * Self.slope * (1 + 3 * Self.cube * input[i] * input[i])
        inputGradient[i] = outputGradient[i] * (inputGradient[i] + rise)
      }
    }
  }

  public func makeState() -> LayerState { LayerState(output: outputWidth) }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    var output = state.output.mutableSpan
    apply(row, &output)
  }

  public func step(
    _ rows: Span<Float>, at times: [Int], weights: Span<Float>, states: inout [LayerState],
    into output: inout MutableSpan<Float>
  ) {
    apply(rows, &output)
  }
}
