import Support
import Testing

@testable import Models

/// A layer with weights and a batch to try it on.
struct LayerCase: CustomTestStringConvertible, Sendable {
  var name: String
  var layer: any Layer
  /// Sequences of different lengths, one of a single row, one longer than every window and dilation.
  var layout = SequenceLayout(lengths: [9, 4, 4, 1])
  /// Whether the result has kinks where two rows are equal.
  var hasKinks = false
  var testDescription: String { name }

  static let statistics: [Statistic] = [
    .mean, .deviation, .minimum, .maximum, .range, .interquartileRange, .slope, .curvature, .change,
    .skewness, .percentile(10), .percentile(50),
  ]

  static let all: [LayerCase] = [
    LayerCase(name: "dense", layer: Dense(inputWidth: 5, outputWidth: 3)),
    LayerCase(name: "relu", layer: Activation(.relu, width: 4)),
    LayerCase(name: "sigmoid", layer: Activation(.sigmoid, width: 4)),
    LayerCase(name: "tanh", layer: Activation(.tanh, width: 4)),
    LayerCase(name: "dropout", layer: Dropout(width: 4, rate: 0.4)),
    LayerCase(name: "batch norm", layer: BatchNorm(width: 4)),
    LayerCase(name: "convolution", layer: Convolution(inputWidth: 3, outputWidth: 4, kernel: 3)),
    LayerCase(
      name: "dilated convolution", layer: Convolution(inputWidth: 3, outputWidth: 4, kernel: 2, dilation: 3)),
    LayerCase(name: "convolution of one row", layer: Convolution(inputWidth: 3, outputWidth: 4, kernel: 1)),
    LayerCase(name: "LSTM", layer: LSTM(inputWidth: 3, units: 4)),
    LayerCase(name: "attention pooling", layer: AttentionPooling(width: 4)),
    LayerCase(name: "attention pooling in a window", layer: AttentionPooling(width: 4, window: 3)),
    LayerCase(
      name: "functionals", layer: FunctionalsPooling(width: 4, statistics: statistics, window: 100), hasKinks: true),
    LayerCase(
      name: "functionals in a window", layer: FunctionalsPooling(width: 4, statistics: statistics, window: 3),
      hasKinks: true),
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
                Convolution(inputWidth: 4, outputWidth: 4, kernel: 3, dilation: 2), BatchNorm(width: 4),
                Activation(.tanh, width: 4),
              ])),
          LSTM(inputWidth: 4, units: 5), AttentionPooling(width: 5), Dense(inputWidth: 10, outputWidth: 2),
        ])),
    LayerCase(name: "GELU", layer: Activation(.gelu, width: 4)),
    LayerCase(name: "softmax", layer: Softmax(width: 4)),
    LayerCase(name: "spatial dropout", layer: SpatialDropout(width: 4, rate: 0.4)),
    LayerCase(name: "layer norm", layer: LayerNorm(width: 4)),
    LayerCase(
      name: "convolution with a stride",
      layer: Convolution(inputWidth: 3, outputWidth: 4, kernel: 3, dilation: 2, stride: 3)),
    LayerCase(
      name: "centred convolution", layer: Convolution(inputWidth: 3, outputWidth: 4, kernel: 4, padding: .same)),
    LayerCase(
      name: "centred convolution with a stride",
      layer: Convolution(inputWidth: 3, outputWidth: 4, kernel: 3, dilation: 2, stride: 2, padding: .same)),
    LayerCase(
      name: "valid convolution",
      layer: Convolution(inputWidth: 3, outputWidth: 4, kernel: 2, dilation: 2, stride: 2, padding: .valid),
      layout: longer),
    LayerCase(
      name: "maxima", layer: WindowPooling(.max, width: 4, size: 3, stride: 2), hasKinks: true),
    LayerCase(
      name: "overlapping maxima", layer: WindowPooling(.max, width: 4, size: 4, stride: 1), hasKinks: true),
    LayerCase(
      name: "centred maxima", layer: WindowPooling(.max, width: 4, size: 3, stride: 2, padding: .same), hasKinks: true),
    LayerCase(
      name: "valid maxima", layer: WindowPooling(.max, width: 4, size: 3, stride: 2, padding: .valid), layout: longer,
      hasKinks: true),
    LayerCase(name: "means", layer: WindowPooling(.average, width: 4, size: 3, stride: 2)),
    LayerCase(name: "overlapping means", layer: WindowPooling(.average, width: 4, size: 4, stride: 1)),
    LayerCase(name: "centred means", layer: WindowPooling(.average, width: 4, size: 3, stride: 2, padding: .same)),
    LayerCase(
      name: "valid means", layer: WindowPooling(.average, width: 4, size: 3, stride: 2, padding: .valid),
      layout: longer),
    LayerCase(name: "mean over time", layer: GlobalPooling(.average, width: 4)),
    LayerCase(name: "maximum over time", layer: GlobalPooling(.max, width: 4), hasKinks: true),
    LayerCase(
      name: "flatten", layer: Flatten(rows: 4, width: 3), layout: SequenceLayout(lengths: [4, 4, 4])),
    LayerCase(
      name: "flatten of one row", layer: Flatten(rows: 1, width: 3), layout: SequenceLayout(lengths: [1, 1])),
    LayerCase(name: "GRU", layer: GRU(inputWidth: 3, units: 4)),
    LayerCase(name: "self-attention", layer: SelfAttention(inputWidth: 4, units: 3)),
    LayerCase(name: "self-attention in a window", layer: SelfAttention(inputWidth: 4, units: 3, window: 3)),
    LayerCase(
      name: "gating",
      layer: Gating(
        Sequential(
          inputWidth: 3,
          [Convolution(inputWidth: 3, outputWidth: 4, kernel: 3, stride: 2), BatchNorm(width: 4)]),
        gate: Sequential(inputWidth: 3, [Convolution(inputWidth: 3, outputWidth: 4, kernel: 2, stride: 2)]))),
    LayerCase(
      name: "unrolled convolution",
      layer: Unroll(
        width: 6,
        Sequential(
          inputWidth: 1,
          [
            Convolution(inputWidth: 1, outputWidth: 3, kernel: 3, padding: .valid), Activation(.tanh, width: 3),
            WindowPooling(.average, width: 3, size: 2, stride: 2, padding: .same), Flatten(rows: 2, width: 3),
            Dense(inputWidth: 6, outputWidth: 2),
          ]))),
    LayerCase(
      name: "unrolled recurrence",
      layer: Unroll(
        width: 5,
        Sequential(
          inputWidth: 1,
          [GRU(inputWidth: 1, units: 3), SelfAttention(inputWidth: 3, units: 2), AttentionPooling(width: 2)]))),
    LayerCase(
      name: "sequence with strides",
      layer: Sequential(
        inputWidth: 3,
        [
          Convolution(inputWidth: 3, outputWidth: 4, kernel: 3, stride: 2), Activation(.gelu, width: 4),
          WindowPooling(.average, width: 4, size: 2, stride: 2), GRU(inputWidth: 4, units: 3),
          Unroll(
            width: 3, Sequential(inputWidth: 1, [LSTM(inputWidth: 1, units: 4), GlobalPooling(.average, width: 4)])),
          SelfAttention(inputWidth: 4, units: 4, window: 2), GlobalPooling(.average, width: 4),
          Dense(inputWidth: 4, outputWidth: 2),
        ])),
  ]

  /// For layers that a single row does not suffice.
  private static let longer = SequenceLayout(lengths: [9, 5, 5, 3])

  func randomInput() -> [Float] {
    var random = RandomSource(seed: 1)
    let count = layout.rowCount * layer.inputWidth
    // Further apart than the steps of finite differences.
    if hasKinks { return (0..<count).map { 1.5 * (2 * Float($0) / Float(count) - 1) }.shuffled(using: &random) }
    return (0..<count).map { _ in random.uniform(-1.5, 1.5) }
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

  static let streamingCases = LayerCase.all.filter(\.layer.isStreaming)

  @Test("n steps give what the batch gives, at every row", arguments: streamingCases)
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

  @Test("Streams that take turns, each after a reset, end where the batch ends", arguments: streamingCases)
  func severalStreams(_ tried: LayerCase) {
    let input = tried.randomInput()
    let weights = tried.randomWeights()
    let layer = tried.layer
    let layout = tried.layout
    var cache = LayerCache()
    var pass = Pass.inference
    layer.forward(input.span, layout: layout, weights: weights.span, pass: &pass, cache: &cache)
    let outputLayout = layer.outputLayout(layout)
    func step(_ state: inout LayerState, _ sequence: Int, at time: Int) {
      let start = layout.row(sequence, at: time) * layer.inputWidth
      layer.step(
        input.span.extracting(start..<start + layer.inputWidth), at: time, weights: weights.span, state: &state)
    }
    var states = layout.lengths.map { _ in layer.makeState() }
    // Each has heard another sequence before.
    for (stream, sequence) in layout.lengths.indices.reversed().enumerated() {
      for time in 0..<layout.lengths[sequence] { step(&states[stream], sequence, at: time) }
      states[stream].reset()
    }
    for time in 0..<layout.timeCount {
      for sequence in 0..<layout.active(at: time) {
        step(&states[sequence], sequence, at: time)
        guard time == layout.lengths[sequence] - 1 else { continue }
        let row = outputLayout.row(sequence, at: outputLayout.lengths[sequence] - 1) * layer.outputWidth
        for i in 0..<layer.outputWidth {
          #expect(abs(states[sequence].output[i] - cache.output[row + i]) < 2e-5, "sequence \(sequence)")
        }
      }
    }
  }

  @Test("Shapes are what layers say, for rows and for sequences", arguments: LayerCase.all)
  func shapes(_ tried: LayerCase) {
    var cache = LayerCache()
    var pass = Pass.inference
    let weights = tried.randomWeights()
    tried.layer.forward(
      tried.randomInput().span, layout: tried.layout, weights: weights.span, pass: &pass, cache: &cache)
    let output = tried.layer.outputLayout(tried.layout)
    #expect(cache.output.count == output.rowCount * tried.layer.outputWidth)
    for (before, after) in zip(tried.layout.lengths, output.lengths) {
      #expect(tried.layer.outputRows(.known(before)) == .known(after))
    }
  }

  @Test("A state takes no more than is said before it is made, and not much less", arguments: LayerCase.all)
  func stateBound(_ tried: LayerCase) {
    let taken = tried.layer.makeState().byteCount
    #expect(taken <= tried.layer.stateBound)
    // The buffers of an unroll's forward pass are only estimated.
    #expect(tried.layer.stateBound <= 16 * taken)
  }

  @Test("Streams stepped together give what each gives alone, wherever each is", arguments: streamingCases, [1, 3, 17])
  func streamsTogether(_ tried: LayerCase, streams: Int) {
    let weights = tried.randomWeights()
    let layer = tried.layer
    var random = RandomSource(seed: 7)
    func row() -> [Float] { (0..<layer.inputWidth).map { _ in random.uniform(-1.5, 1.5) } }
    var alone = [LayerState](repeating: layer.makeState(), count: streams)
    var times = (0..<streams).map { $0 % 5 }
    // Some streams are already on their way.
    for stream in 0..<streams {
      for time in 0..<times[stream] {
        let row = row()
        layer.step(row.span, at: time, weights: weights.span, state: &alone[stream])
      }
    }
    var together = alone
    func stepTogether(_ rows: [Float]) -> [Float] {
      var output = [Float](repeating: .nan, count: streams * layer.outputWidth)
      var span = output.mutableSpan
      layer.step(rows.span, at: times, weights: weights.span, states: &together, into: &span)
      return output
    }
    for _ in 0..<9 {
      let rows = (0..<streams).map { _ in row() }
      let output = stepTogether(rows.flatMap { $0 })
      for stream in 0..<streams {
        let row = rows[stream]
        layer.step(row.span, at: times[stream], weights: weights.span, state: &alone[stream])
        for i in 0..<layer.outputWidth {
          // Sums in another order: a few units in the last place of values near 1.
          #expect(abs(output[stream * layer.outputWidth + i] - alone[stream].output[i]) < 2e-5, "stream \(stream)")
        }
        times[stream] += 1
      }
      // A stream that begins anew in between.
      alone[0].reset()
      together[0].reset()
      times[0] = 0
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

  @Test("Spatial dropout drops whole columns, the stated share of them, and keeps the mean")
  func spatialDropoutShare() {
    let layer = SpatialDropout(width: 500, rate: 0.3)
    let layout = SequenceLayout(lengths: [3] + Array(repeating: 2, count: 39))
    let input = [Float](repeating: 1, count: layout.rowCount * 500)
    var cache = LayerCache()
    var pass = Pass.training(RandomSource(seed: 5))
    layer.forward(input.span, layout: layout, weights: [Float]().span, pass: &pass, cache: &cache)
    let first = cache.output.prefix(40 * 500)
    #expect(cache.output[(40 * 500)..<(80 * 500)].elementsEqual(first))
    #expect(cache.output.suffix(500).elementsEqual(first.prefix(500)))
    let dropped = Float(first.count { $0 == 0 }) / Float(first.count)
    #expect(abs(dropped - 0.3) < 0.015)  // four standard deviations of a share of 20 000
    #expect(abs(first.reduce(0, +) / Float(first.count) - 1) < 0.02)
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

  @Test("The mean of a day of rows is exact, and the maximum the highest of them")
  func day() {
    let mean = GlobalPooling(.average, width: 1)
    let highest = GlobalPooling(.max, width: 1)
    var (meanState, highestState) = (mean.makeState(), highest.makeState())
    let rows = 24 * 3600 * 100  // one every 10 ms
    var sum = 0.0
    for time in 0..<rows {
      // A plain single-precision sum of these loses the fractions after a minute.
      let row: [Float] = [1000 + 0.1 * Float(time % 7) + (time == 4_000_000 ? 1 : 0)]
      sum += Double(row[0])
      mean.step(row.span, at: time, weights: [Float]().span, state: &meanState)
      highest.step(row.span, at: time, weights: [Float]().span, state: &highestState)
    }
    #expect(abs(meanState.output[0] - Float(sum / Double(rows))) <= Float(1000).ulp)
    #expect(highestState.output[0] == 1001 + 0.1 * Float(4_000_000 % 7))
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
