import Support
import Testing

@testable import Models

/// Networks as streams hear with them against the same networks as they were trained.
@Suite("Folding")
struct FoldingTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var layers: [any Layer]
    /// Names of the layers that are left.
    var left: [String]
  }

  static let cases = [
    Case(
      testDescription: "behind dense",
      layers: [Dense(inputWidth: 4, outputWidth: 3), BatchNorm(width: 3), Activation(.relu, width: 3)],
      left: ["Dense", "Activation"]),
    Case(
      testDescription: "behind a convolution",
      layers: [Convolution(inputWidth: 4, outputWidth: 3, kernel: 3, dilation: 2), BatchNorm(width: 3)],
      left: ["Convolution"]),
    Case(
      testDescription: "behind a dropout that is behind dense",
      layers: [Dense(inputWidth: 4, outputWidth: 3), Dropout(width: 3, rate: 0.5), BatchNorm(width: 3)], left: ["Dense"]
    ),
    Case(
      testDescription: "before an LSTM", layers: [BatchNorm(width: 4), LSTM(inputWidth: 4, units: 3)], left: ["LSTM"]),
    Case(
      testDescription: "between a pooling and dense",
      layers: [
        AttentionPooling(width: 4), BatchNorm(width: 8), Dropout(width: 8, rate: 0.5),
        Dense(inputWidth: 8, outputWidth: 3),
      ], left: ["AttentionPooling", "Dense"]),
    Case(
      testDescription: "two, one behind the other",
      layers: [BatchNorm(width: 4), BatchNorm(width: 4), Activation(.tanh, width: 4)],
      left: ["ScaleAndShift", "Activation"]),
    Case(
      // The rows before the first count as zero behind the batch norm, so its shift cannot go into the convolution.
      testDescription: "before a convolution",
      layers: [BatchNorm(width: 4), Convolution(inputWidth: 4, outputWidth: 3, kernel: 2)],
      left: ["ScaleAndShift", "Convolution"]),
    Case(
      testDescription: "around and inside a residual",
      layers: [
        BatchNorm(width: 4),
        Residual(
          Sequential(
            inputWidth: 4,
            [Convolution(inputWidth: 4, outputWidth: 4, kernel: 2), BatchNorm(width: 4), Activation(.relu, width: 4)]
          )), BatchNorm(width: 4),
      ], left: ["ScaleAndShift", "Residual", "ScaleAndShift"]),
    Case(
      testDescription: "nothing but a dropout in a residual",
      layers: [Residual(Sequential(inputWidth: 4, [Dropout(width: 4, rate: 0.5)]))], left: ["Residual"]),
  ]

  /// Weights of a layer that has learnt: no scale is 1, no mean is 0.
  static func learnt(_ layer: any Layer) -> [Float] {
    var random = RandomSource(seed: 5)
    var weights = [Float](repeating: 0, count: layer.parameterCount)
    var span = weights.mutableSpan
    layer.initialize(&span, using: &random)
    for i in weights.indices { weights[i] += random.uniform(0.1, 0.6) }
    return weights
  }

  @Test("What is left gives the same, row by row and as a batch", arguments: cases)
  func equal(_ tried: Case) {
    let whole = Sequential(inputWidth: tried.layers[0].inputWidth, tried.layers)
    let weights = Self.learnt(whole)
    let parts = whole.folded(weights.span)
    #expect(parts.map { "\(type(of: $0.layer))" } == tried.left)
    let folded = Sequential(parts)
    let foldedWeights = parts.flatMap(\.weights)
    var random = RandomSource(seed: 6)
    let layout = SequenceLayout(lengths: [12])
    let rows = (0..<layout.rowCount * whole.inputWidth).map { _ in random.uniform(-2, 2) }

    var pass = Pass.inference
    var expected = LayerCache()
    whole.forward(rows.span, layout: layout, weights: weights.span, pass: &pass, cache: &expected)
    var batch = LayerCache()
    folded.forward(rows.span, layout: layout, weights: foldedWeights.span, pass: &pass, cache: &batch)
    // Products of a scale and a weight are rounded once more: a few units in the last place of values up to about 10.
    let tolerance: Float = 2e-5
    #expect(batch.output.count == expected.output.count)
    for (a, b) in zip(batch.output, expected.output) { #expect(abs(a - b) < tolerance) }

    var state = folded.makeState()
    var unfolded = whole.makeState()
    for time in 0..<12 {
      let row = rows.span.extracting(time * whole.inputWidth..<(time + 1) * whole.inputWidth)
      folded.step(row, at: time, weights: foldedWeights.span, state: &state)
      whole.step(row, at: time, weights: weights.span, state: &unfolded)
      for (a, b) in zip(state.output, unfolded.output) { #expect(abs(a - b) < tolerance, "row \(time)") }
    }
  }

  @Test("Of the networks of the built-in model's kind no batch norm is left")
  func networks() throws {
    for configuration in NetworkTests.configurations {
      var random = RandomSource(seed: 1)
      let network = try Network(configuration, inputWidth: 5, outputs: 4, random: &random)
      func names(_ parts: [any Layer]) -> [String] {
        parts.flatMap { layer in
          ["\(type(of: layer))"] + ((layer as? Residual).map { names($0.body.layers) } ?? [])
        }
      }
      let left = names(network.layers.folded(network.weights.span).map(\.layer))
      #expect(!left.contains("BatchNorm") && !left.contains("ScaleAndShift") && !left.contains("Dropout"), "\(left)")
    }
  }

  @Test("Folding leaves the network's own weights, and so its checkpoint, as they were")
  func checkpoint() throws {
    var random = RandomSource(seed: 1)
    var network = try Network(NetworkTests.configurations[0], inputWidth: 5, outputs: 4, random: &random)
    network.weights = Self.learnt(network.layers)
    let weights = network.weights
    let folded = network.folded
    #expect(network.weights == weights)
    #expect(folded.labelCount == 4)
    var file = SafeTensors()
    network.write(to: &file)
    #expect(file.tensors["networks.lstm.1.running_mean"]?.shape == [5])
  }
}
