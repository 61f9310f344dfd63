import Support
import TestSupport
import Testing

@testable import Models

extension Golden {
  /// The lengths of a recorded batch.
  func layout(_ name: String) throws -> SequenceLayout {
    SequenceLayout(lengths: try integers("\(name)/lengths"))
  }
}

/// Whether two arrays agree up to a few units in the last place of their largest element: sums of single-precision
/// products, however ordered, are exact to about 1e-7 of the largest term, and the deepest of the networks adds some
/// tens of them one after the other.
func agree(_ ours: [Float], _ reference: [Float], tolerance: Float = 5e-6) -> Bool {
  let scale = max(1, reference.reduce(0) { max($0, abs($1)) })
  return ours.count == reference.count && zip(ours, reference).allSatisfy { abs($0 - $1) <= tolerance * scale }
}

@Suite("Layers against PyTorch")
struct PyTorchTests {
  static let lstmNetwork: [any Layer] = [
    Residual(Sequential(inputWidth: 6, [LSTM(inputWidth: 6, units: 6)])), BatchNorm(width: 6),
    LSTM(inputWidth: 6, units: 8), AttentionPooling(width: 8), BatchNorm(width: 16),
    Dense(inputWidth: 16, outputWidth: 5),
  ]

  static func block(_ dilation: Int) -> any Layer {
    let half: [any Layer] = [
      Convolution(inputWidth: 8, outputWidth: 8, kernel: 3, dilation: dilation), BatchNorm(width: 8),
      Activation(.relu, width: 8),
    ]
    return Residual(Sequential(inputWidth: 8, half + half))
  }

  static let cnnNetwork: [any Layer] = [
    Dense(inputWidth: 6, outputWidth: 8), block(1), block(2), AttentionPooling(width: 8, window: 5),
    BatchNorm(width: 16), Dense(inputWidth: 16, outputWidth: 5),
  ]

  static let unrolledCNN: [any Layer] = [
    Convolution(inputWidth: 1, outputWidth: 4, kernel: 5, padding: .valid), Activation(.relu, width: 4),
    Convolution(inputWidth: 4, outputWidth: 6, kernel: 5, padding: .valid), Activation(.relu, width: 6),
    WindowPooling(.max, width: 6, size: 4, stride: 4, padding: .valid),
    Convolution(inputWidth: 6, outputWidth: 5, kernel: 3, padding: .same), Activation(.relu, width: 5),
    Flatten(rows: 4, width: 5), Dense(inputWidth: 20, outputWidth: 5),
  ]

  static let unrolledLSTM: [any Layer] = [
    BatchNorm(width: 1), LSTM(inputWidth: 1, units: 6), LSTM(inputWidth: 6, units: 3), BatchNorm(width: 3),
    Flatten(rows: 10, width: 3), Dense(inputWidth: 30, outputWidth: 5),
  ]

  static let gruNetwork: [any Layer] = [
    Convolution(inputWidth: 6, outputWidth: 8, kernel: 3, stride: 2), LayerNorm(width: 8),
    Activation(.gelu, width: 8),
    Residual(Sequential(inputWidth: 8, [SelfAttention(inputWidth: 8, units: 8, window: 2)])),
    GRU(inputWidth: 8, units: 7), GlobalPooling(.average, width: 7), Dense(inputWidth: 7, outputWidth: 5),
  ]

  static let cases: [LayerCase] = [
    LayerCase(name: "dense", layer: Dense(inputWidth: 5, outputWidth: 3)),
    LayerCase(name: "conv", layer: Convolution(inputWidth: 3, outputWidth: 4, kernel: 3)),
    LayerCase(name: "conv_dilated", layer: Convolution(inputWidth: 3, outputWidth: 4, kernel: 3, dilation: 2)),
    LayerCase(name: "lstm", layer: LSTM(inputWidth: 3, units: 4)),
    LayerCase(name: "batch_norm", layer: BatchNorm(width: 4)),
    LayerCase(name: "relu", layer: Activation(.relu, width: 4)),
    LayerCase(name: "sigmoid", layer: Activation(.sigmoid, width: 4)),
    LayerCase(name: "tanh", layer: Activation(.tanh, width: 4)),
    LayerCase(name: "attention_pooling", layer: AttentionPooling(width: 4)),
    LayerCase(name: "attention_pooling_window", layer: AttentionPooling(width: 4, window: 3)),
    LayerCase(name: "lstm_network", layer: Sequential(inputWidth: 6, lstmNetwork)),
    LayerCase(name: "cnn_network", layer: Sequential(inputWidth: 6, cnnNetwork)),
    LayerCase(name: "conv_same", layer: Convolution(inputWidth: 3, outputWidth: 4, kernel: 4, padding: .same)),
    LayerCase(
      name: "conv_same_stride", layer: Convolution(inputWidth: 3, outputWidth: 4, kernel: 3, stride: 2, padding: .same)),
    LayerCase(
      name: "conv_stride", layer: Convolution(inputWidth: 3, outputWidth: 4, kernel: 3, dilation: 2, stride: 2)),
    LayerCase(
      name: "conv_valid", layer: Convolution(inputWidth: 3, outputWidth: 4, kernel: 3, stride: 2, padding: .valid)),
    LayerCase(name: "max_pooling", layer: WindowPooling(.max, width: 4, size: 3, stride: 2)),
    LayerCase(name: "max_pooling_same", layer: WindowPooling(.max, width: 4, size: 3, stride: 2, padding: .same)),
    LayerCase(name: "max_pooling_valid", layer: WindowPooling(.max, width: 4, size: 2, stride: 2, padding: .valid)),
    LayerCase(name: "average_pooling", layer: WindowPooling(.average, width: 4, size: 3, stride: 2)),
    LayerCase(
      name: "average_pooling_same", layer: WindowPooling(.average, width: 4, size: 3, stride: 2, padding: .same)),
    LayerCase(
      name: "average_pooling_valid", layer: WindowPooling(.average, width: 4, size: 2, stride: 2, padding: .valid)),
    LayerCase(name: "global_average_pooling", layer: GlobalPooling(.average, width: 4)),
    LayerCase(name: "global_max_pooling", layer: GlobalPooling(.max, width: 4)),
    LayerCase(name: "gru", layer: GRU(inputWidth: 3, units: 4)),
    LayerCase(name: "layer_norm", layer: LayerNorm(width: 5)),
    LayerCase(name: "gelu", layer: Activation(.gelu, width: 4)),
    LayerCase(name: "softmax", layer: Softmax(width: 4)),
    LayerCase(name: "flatten", layer: Flatten(rows: 4, width: 3)),
    LayerCase(
      name: "gating",
      layer: Gating(
        Sequential(
          inputWidth: 3, [Convolution(inputWidth: 3, outputWidth: 4, kernel: 3), Activation(.tanh, width: 4)]),
        gate: Sequential(inputWidth: 3, [Convolution(inputWidth: 3, outputWidth: 4, kernel: 3)]))),
    LayerCase(name: "self_attention", layer: SelfAttention(inputWidth: 5, units: 3)),
    LayerCase(name: "self_attention_window", layer: SelfAttention(inputWidth: 5, units: 3, window: 3)),
    LayerCase(name: "unrolled_cnn", layer: Unroll(width: 24, Sequential(inputWidth: 1, unrolledCNN))),
    LayerCase(name: "unrolled_lstm", layer: Unroll(width: 10, Sequential(inputWidth: 1, unrolledLSTM))),
    LayerCase(name: "gru_network", layer: Sequential(inputWidth: 6, gruNetwork)),
  ]

  @Test("Outputs and gradients of a ragged batch equal PyTorch's", arguments: cases)
  func training(_ tried: LayerCase) throws {
    let golden = try Golden("pytorch")
    let layout = try golden.layout(tried.name)
    let input = try golden.values("\(tried.name)/input")
    let weights = try golden.values("\(tried.name)/weights")
    try #require(weights.count == tried.layer.parameterCount)
    var cache = LayerCache()
    var pass = Pass.training(RandomSource(seed: 1))
    tried.layer.forward(input.span, layout: layout, weights: weights.span, pass: &pass, cache: &cache)
    #expect(agree(cache.output, try golden.values("\(tried.name)/output")))

    var gradients = [Float](repeating: 0, count: weights.count)
    var span = gradients.mutableSpan
    let outputGradient = try golden.values("\(tried.name)/output_gradient")
    tried.layer.backward(
      outputGradient.span, input: input.span, layout: layout, weights: weights.span, cache: &cache, gradients: &span)
    #expect(agree(cache.inputGradient, try golden.values("\(tried.name)/input_gradient")))
    #expect(agree(gradients, try golden.values("\(tried.name)/weight_gradients")))
  }

  @Test(
    "Running statistics after a batch, and inference with them, equal PyTorch's",
    arguments: cases.filter { $0.layer.parameters.contains { !$0.isTrainable } })
  func inference(_ tried: LayerCase) throws {
    let golden = try Golden("pytorch")
    let layout = try golden.layout(tried.name)
    let input = try golden.values("\(tried.name)/input")
    var weights = try golden.values("\(tried.name)/weights")
    var cache = LayerCache()
    var pass = Pass.training(RandomSource(seed: 1))
    tried.layer.forward(input.span, layout: layout, weights: weights.span, pass: &pass, cache: &cache)
    var span = weights.mutableSpan
    tried.layer.updateStatistics(&span, cache: cache)
    #expect(agree(weights, try golden.values("\(tried.name)/weights_after")))

    pass = .inference
    tried.layer.forward(input.span, layout: layout, weights: weights.span, pass: &pass, cache: &cache)
    #expect(agree(cache.output, try golden.values("\(tried.name)/inference")))
  }
}
