import Testing

@testable import Models

/// A layer with weights and a batch to try it on.
struct LayerCase: CustomTestStringConvertible, Sendable {
  var name: String
  var layer: any Layer
  var testDescription: String { name }

  static let statistics: [Statistic] = [
    .mean, .deviation, .minimum, .maximum, .range, .interquartileRange, .slope, .percentile(10), .percentile(50),
  ]

  static let all: [LayerCase] = [
    LayerCase(name: "dense", layer: Dense(inputWidth: 5, outputWidth: 3)),
    LayerCase(name: "relu", layer: Activation(.relu, width: 4)),
    LayerCase(name: "sigmoid", layer: Activation(.sigmoid, width: 4)),
    LayerCase(name: "tanh", layer: Activation(.tanh, width: 4)),
    LayerCase(name: "dropout", layer: Dropout(width: 4, rate: 0.4)),
    LayerCase(name: "batch norm", layer: BatchNorm(width: 4)),
    LayerCase(name: "convolution", layer: CausalConvolution(inputWidth: 3, outputWidth: 4, kernel: 3)),
    LayerCase(
      name: "dilated convolution", layer: CausalConvolution(inputWidth: 3, outputWidth: 4, kernel: 2, dilation: 3)),
    LayerCase(name: "convolution of one row", layer: CausalConvolution(inputWidth: 3, outputWidth: 4, kernel: 1)),
    LayerCase(name: "LSTM", layer: LSTM(inputWidth: 3, units: 4)),
    LayerCase(name: "attention pooling", layer: AttentionPooling(width: 4)),
    LayerCase(name: "attention pooling in a window", layer: AttentionPooling(width: 4, window: 3)),
    LayerCase(name: "functionals", layer: FunctionalsPooling(width: 4, statistics: statistics, window: 100)),
    LayerCase(
      name: "functionals in a window", layer: FunctionalsPooling(width: 4, statistics: statistics, window: 3)),
    LayerCase(name: "residual", layer: Residual(Sequential(inputWidth: 4, [LSTM(inputWidth: 4, units: 4)]))),
    LayerCase(
      name: "sequence of layers",
      layer: Sequential(
        inputWidth: 3,
        [
          Dense(inputWidth: 3, outputWidth: 4),
          Residual(
            Sequential(
              inputWidth: 4,
              [
                CausalConvolution(inputWidth: 4, outputWidth: 4, kernel: 3, dilation: 2), BatchNorm(width: 4),
                Activation(.tanh, width: 4),
              ])),
          LSTM(inputWidth: 4, units: 5), AttentionPooling(width: 5), Dense(inputWidth: 10, outputWidth: 2),
        ])),
  ]

  /// Sequences of different lengths, one of a single row, one longer than every window and dilation.
  let layout = SequenceLayout(lengths: [9, 4, 4, 1])

  /// Whether the result has a kink within `distance` of element `i` of the input: the ranks of two rows change there.
  func ranksChange(_ input: [Float], at i: Int, within distance: Float) -> Bool {
    guard layer is FunctionalsPooling else { return false }
    return layout.lengths.indices.contains { sequence in
      let column = i % layer.inputWidth
      let places = (0..<layout.lengths[sequence]).map { layout.row(sequence, at: $0) * layer.inputWidth + column }
      return places.contains(i) && places.contains { $0 != i && abs(input[$0] - input[i]) < distance }
    }
  }

  func randomInput() -> [Float] {
    var random = RandomSource(seed: 1)
    return (0..<layout.rowCount * layer.inputWidth).map { _ in random.uniform(-1.5, 1.5) }
  }

  func randomWeights() -> [Float] {
    var random = RandomSource(seed: 2)
    var weights = [Float](repeating: 0, count: layer.parameterCount)
    var span = weights.mutableSpan
    layer.initialize(&span, using: &random)
    // Away from the special values of a fresh layer, so that every path of the gradient matters.
    for i in weights.indices { weights[i] += random.uniform(0, 0.3) }
    return weights
  }

  /// Σ r · y for a fixed random r, in the training mode with fixed masks, and the cache it leaves.
  func loss(_ input: [Float], _ weights: [Float]) -> (Double, cache: LayerCache, outputGradient: [Float]) {
    var cache = LayerCache()
    var pass = Pass.training(RandomSource(seed: 3))
    layer.forward(input.span, layout: layout, weights: weights.span, pass: &pass, cache: &cache)
    var random = RandomSource(seed: 4)
    let direction = cache.output.map { _ in random.uniform(-1, 1) }
    let sum = zip(cache.output, direction).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    return (sum, cache, direction)
  }
}

@Suite("Layers")
struct LayerTests {
  @Test("Gradients equal finite differences", arguments: LayerCase.all)
  func finiteDifferences(_ tried: LayerCase) {
    let input = tried.randomInput()
    let weights = tried.randomWeights()
    var (_, cache, outputGradient) = tried.loss(input, weights)
    var gradients = [Float](repeating: 0, count: weights.count)
    var span = gradients.mutableSpan
    tried.layer.backward(
      outputGradient.span, input: input.span, layout: tried.layout, weights: weights.span, cache: &cache,
      gradients: &span)

    // Central differences in single precision: a step of 1e-2 leaves a truncation error near 1e-4 and a rounding
    // error near 1e-5 of a loss near 10.
    let step: Float = 1e-2
    func difference(_ values: [Float], at i: Int, _ loss: ([Float]) -> Double) -> Float {
      var up = values
      var down = values
      up[i] += step
      down[i] -= step
      return Float((loss(up) - loss(down)) / Double(up[i] - down[i]))
    }
    var trainable: [Bool] = []
    for parameter in tried.layer.parameters {
      trainable += Array(repeating: parameter.isTrainable, count: parameter.count)
    }
    for i in weights.indices where trainable[i] {
      let expected = difference(weights, at: i) { tried.loss(input, $0).0 }
      #expect(abs(gradients[i] - expected) <= 3e-3 + 1e-2 * abs(expected), "weight \(i)")
    }
    for i in weights.indices where !trainable[i] { #expect(gradients[i] == 0, "running statistic \(i)") }
    let isRectifier = tried.name == "relu"
    for i in input.indices where !(isRectifier && abs(input[i]) < 2 * step) {
      if tried.ranksChange(input, at: i, within: 2 * step) { continue }
      let expected = difference(input, at: i) { tried.loss($0, weights).0 }
      #expect(abs(cache.inputGradient[i] - expected) <= 3e-3 + 1e-2 * abs(expected), "input \(i)")
    }
  }

  @Test("Gradients are added to what is there", arguments: LayerCase.all)
  func accumulation(_ tried: LayerCase) {
    let input = tried.randomInput()
    let weights = tried.randomWeights()
    func gradients(from start: Float) -> [Float] {
      var (_, cache, outputGradient) = tried.loss(input, weights)
      var gradients = [Float](repeating: start, count: weights.count)
      var span = gradients.mutableSpan
      tried.layer.backward(
        outputGradient.span, input: input.span, layout: tried.layout, weights: weights.span, cache: &cache,
        gradients: &span)
      return gradients
    }
    for (zero, five) in zip(gradients(from: 0), gradients(from: 5)) { #expect(abs(five - 5 - zero) < 1e-4) }
  }

  @Test("n steps give what the batch gives, at every row", arguments: LayerCase.all)
  func streaming(_ tried: LayerCase) {
    let input = tried.randomInput()
    let weights = tried.randomWeights()
    let layer = tried.layer
    let layout = tried.layout
    var state = layer.makeState()
    for (sequence, length) in layout.lengths.enumerated() {
      state.reset()
      var rows: [Float] = []
      for time in 0..<length {
        let start = layout.row(sequence, at: time) * layer.inputWidth
        let row = Array(input[start..<start + layer.inputWidth])
        rows += row
        layer.step(row.span, at: time, weights: weights.span, state: &state)

        let prefix = SequenceLayout(lengths: [time + 1])
        var cache = LayerCache()
        var pass = Pass.inference
        layer.forward(rows.span, layout: prefix, weights: weights.span, pass: &pass, cache: &cache)
        let last = cache.output.suffix(layer.outputWidth)
        for (streamed, batched) in zip(state.output, last) {
          // Sums in another order: a few units in the last place of values near 1.
          #expect(abs(streamed - batched) < 2e-5, "sequence \(sequence), row \(time)")
        }
      }
    }
  }

  @Test("A sequence's result does not depend on what else is in the batch", arguments: LayerCase.all)
  func independence(_ tried: LayerCase) {
    let input = tried.randomInput()
    let weights = tried.randomWeights()
    let layer = tried.layer
    let layout = tried.layout
    var together = LayerCache()
    var pass = Pass.inference
    layer.forward(input.span, layout: layout, weights: weights.span, pass: &pass, cache: &together)
    let outputLayout = layer.outputLayout(layout)
    for (sequence, length) in layout.lengths.enumerated() {
      let rows = (0..<length).flatMap { time in
        let start = layout.row(sequence, at: time) * layer.inputWidth
        return input[start..<start + layer.inputWidth]
      }
      var alone = LayerCache()
      layer.forward(
        rows.span, layout: SequenceLayout(lengths: [length]), weights: weights.span, pass: &pass, cache: &alone)
      for time in 0..<outputLayout.lengths[sequence] {
        for i in 0..<layer.outputWidth {
          let a = alone.output[time * layer.outputWidth + i]
          let b = together.output[outputLayout.row(sequence, at: time) * layer.outputWidth + i]
          #expect(abs(a - b) < 2e-5, "sequence \(sequence), time \(time)")
        }
      }
    }
  }

  @Test("Dropout keeps the mean and drops the stated share")
  func dropoutShare() {
    let layer = Dropout(width: 100, rate: 0.3)
    let input = [Float](repeating: 1, count: 100 * 200)
    var cache = LayerCache()
    var pass = Pass.training(RandomSource(seed: 5))
    layer.forward(
      input.span, layout: SequenceLayout(lengths: [200]), weights: [Float]().span, pass: &pass, cache: &cache)
    let dropped = Float(cache.output.count { $0 == 0 }) / Float(input.count)
    #expect(abs(dropped - 0.3) < 0.015)  // four standard deviations of a share of 20 000
    #expect(abs(cache.output.reduce(0, +) / Float(input.count) - 1) < 0.02)
  }

  @Test("Batch norm's running statistics approach those of the data")
  func runningStatistics() {
    let layer = BatchNorm(width: 1)
    var random = RandomSource(seed: 6)
    var weights: [Float] = [1, 0, 0, 1]
    for _ in 0..<200 {
      let input = (0..<256).map { _ in 5 + random.uniform(-3, 3) }
      var cache = LayerCache()
      var pass = Pass.training(random)
      layer.forward(
        input.span, layout: SequenceLayout(lengths: [256]), weights: weights.span, pass: &pass, cache: &cache)
      var span = weights.mutableSpan
      layer.updateStatistics(&span, cache: cache)
    }
    #expect(abs(weights[2] - 5) < 0.2)
    #expect(abs(weights[3] - 3) < 0.3)  // a uniform distribution of width 6 has variance 6² / 12
  }

  @Test("Attention over a stream of a million rows neither drifts nor overflows")
  func longStream() {
    let layer = AttentionPooling(width: 1)
    let weights: [Float] = [40]  // scores up to ±200: plain exponentials overflow
    var state = layer.makeState()
    for time in 0..<1_000_000 {
      let row: [Float] = [time % 2 == 0 ? 5 : 4.99]
      layer.step(row.span, at: time, weights: weights.span, state: &state)
    }
    let share = 1 / (1 + Float(-0.4).exponential)  // of the rows with the higher score
    #expect(abs(state.output[0] - (5 * share + 4.99 * (1 - share))) < 1e-3)
    #expect(abs(state.output[1] - (1e-4 * share * (1 - share) + 1e-5).squareRoot()) < 1e-3)
  }
}

extension Float {
  fileprivate var exponential: Float {
    var value = [self]
    var span = value.mutableSpan
    VectorMath.exp(&span, 0..<1)
    return value[0]
  }
}
