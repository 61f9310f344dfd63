import Support
import Testing

@testable import Models

@Suite("Networks")
struct NetworkTests {
  static let residualBlock: LayerConfiguration = .residual([
    .conv(units: 6, kernel: 3, dilation: 2), .batchNorm, .activation(.relu), .dropout(rate: 0.1),
  ])

  static let configurations = [
    NetworkConfiguration(
      name: "lstm", target: .emotion, adaptive: true,
      layers: [
        .residual([.lstm(units: 5)]), .batchNorm, .lstm(units: 7), .attentionPooling(window: nil), .batchNorm,
        .dropout(rate: 0.3), .dense(units: nil),
      ]),
    NetworkConfiguration(
      name: "cnn", target: .emotion, adaptive: true,
      layers: [
        .dense(units: 6), residualBlock, residualBlock, .attentionPooling(window: 10), .batchNorm,
        .dense(units: nil),
      ]),
    NetworkConfiguration(
      name: "mlp", target: .emotion, adaptive: true,
      layers: [
        .functionals(statistics: [.mean, .deviation, .percentile(90), .slope], window: 10), .batchNorm,
        .dense(units: 6), .activation(.relu), .dense(units: nil),
      ]),
    NetworkConfiguration(
      name: "strides", target: .emotion, adaptive: true,
      layers: [
        .gating(
          [.conv(units: 6, kernel: 3, stride: 2), .activation(.tanh)], gate: [.conv(units: 6, kernel: 3, stride: 2)]),
        .residual([.selfAttention(units: 6, window: 4)]), .layerNorm, .spatialDropout(rate: 0.2),
        .pooling(.max, size: 3, stride: 2), .gru(units: 6), .globalAveragePooling, .dense(units: nil),
      ]),
    NetworkConfiguration(
      name: "unrolled", target: .emotion, adaptive: true,
      layers: [
        .globalMaxPooling, .dense(units: 12),
        .unroll([
          .conv(units: 3, kernel: 3, padding: .valid), .activation(.gelu), .pooling(.average, size: 4, padding: .valid),
          .conv(units: 4, kernel: 5, padding: .same), .selfAttention(units: 4, window: nil), .flatten,
        ]), .dense(units: nil),
      ]),
  ]

  @Test("A stream's probabilities equal the batch's, at every row and after a reset", arguments: configurations)
  func streaming(_ configuration: NetworkConfiguration) throws {
    var random = RandomSource(seed: 1)
    let network = try Network(configuration, inputWidth: 5, outputs: 4, random: &random)
    let folded = network.folded
    var state = folded.makeState()
    for length in [30, 1, 12] {
      folded.reset(&state)
      var rows: [Float] = []
      for time in 0..<length {
        let row = (0..<5).map { _ in random.uniform(-2, 2) }
        rows += row
        var streamed = [Float](repeating: 0, count: 4)
        folded.step(row.span, &state, into: &streamed)

        var cache = LayerCache()
        var pass = Pass.inference
        network.forward(rows.span, layout: SequenceLayout(lengths: [time + 1]), pass: &pass, cache: &cache)
        var batched = cache.output
        var batchedSpan = batched.mutableSpan
        VectorMath.softmax(&batchedSpan, 0..<4)
        for (a, b) in zip(streamed, batched) { #expect(abs(a - b) < 1e-5) }
        #expect(abs(streamed.reduce(0, +) - 1) < 1e-5)
      }
    }
  }

  @Test("Streams share the weights and nothing else")
  func independentStreams() throws {
    var random = RandomSource(seed: 2)
    let network = try Network(Self.configurations[0], inputWidth: 5, outputs: 4, random: &random).folded
    let rows = (0..<20).map { _ in (0..<5).map { _ in random.uniform(-2, 2) } }
    func listen(_ state: inout InferenceNetwork.State, to row: [Float]) -> [Float] {
      var result = [Float](repeating: 0, count: 4)
      network.step(row.span, &state, into: &result)
      return result
    }
    var alone = network.makeState()
    let expected = rows.map { listen(&alone, to: $0) }
    var first = network.makeState()
    var second = network.makeState()
    for (index, row) in rows.enumerated() {
      #expect(listen(&first, to: row) == expected[index])
      _ = listen(&second, to: rows[rows.count - 1 - index])
    }
  }

  @Test("Streams stepped together hear what each would hear alone", arguments: configurations)
  func streamsTogether(_ configuration: NetworkConfiguration) throws {
    var random = RandomSource(seed: 4)
    let network = try Network(configuration, inputWidth: 5, outputs: 4, random: &random).folded
    for streams in [1, 2, 16] {
      var alone = [InferenceNetwork.State](repeating: network.makeState(), count: streams)
      var together = alone
      for time in 0..<25 {
        let rows = (0..<streams * 5).map { _ in random.uniform(-2, 2) }
        var probabilities = [Float](repeating: 0, count: streams * 4)
        network.step(rows.span, &together, into: &probabilities)
        for stream in 0..<streams {
          var expected = [Float](repeating: 0, count: 4)
          network.step(rows.span.extracting(stream * 5..<(stream + 1) * 5), &alone[stream], into: &expected)
          for (a, b) in zip(probabilities[(stream * 4)...], expected) { #expect(abs(a - b) < 1e-5) }
          if (time + stream) % 7 == 0 {
            network.reset(&alone[stream])
            network.reset(&together[stream])
          }
        }
      }
    }
    var nobody: [InferenceNetwork.State] = []
    var nothing: [Float] = []
    network.step([Float]().span, &nobody, into: &nothing)
    #expect(nothing.isEmpty)
  }

  @Test("A thousand streams share one copy of the weights")
  func sharedWeights() throws {
    var random = RandomSource(seed: 2)
    let network = try Network(Self.configurations[1], inputWidth: 5, outputs: 4, random: &random).folded
    func address(_ network: InferenceNetwork) -> UInt {
      network.weights.storage.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    }
    /// A stream as whoever hears holds it: with the network beside its own state.
    struct Stream {
      var network: InferenceNetwork
      var state: InferenceNetwork.State
    }
    var streams = (0..<1000).map { _ in Stream(network: network, state: network.makeState()) }
    var probabilities = [Float](repeating: 0, count: 4)
    let row: [Float] = [1, 2, 3, 4, 5]
    for i in streams.indices { streams[i].network.step(row.span, &streams[i].state, into: &probabilities) }
    #expect(Set(streams.map { address($0.network) }).count == 1)
    #expect((address(network) + UInt(network.weights.range.lowerBound) * 4) % 64 == 0)
  }

  @Test("The same seed gives the same weights, another seed others")
  func seeds() throws {
    func weights(_ seed: UInt64) throws -> [Float] {
      var random = RandomSource(seed: seed)
      return try Network(Self.configurations[1], inputWidth: 5, outputs: 4, random: &random).weights
    }
    #expect(try weights(1) == weights(1))
    #expect(try weights(1) != weights(2))
  }

  @Test(
    "A network that cannot work is refused, and the layer named",
    arguments: [
      ([LayerConfiguration.dense(units: nil)], "no pooling: the layers end in n × 4"),
      ([], "layers: there is no pooling: the layers end in n × 5"),
      ([.attentionPooling(window: nil), .dense(units: 3)], "gives 3 scores (1 × 3) for 4 labels (1 × 4)"),
      (
        [.attentionPooling(window: nil), .lstm(units: 3), .dense(units: nil)],
        "layers[1] (lstm): it works over time, but 1 × 10 comes in"
      ),
      ([.attentionPooling(window: 0), .dense(units: nil)], "window is 0"),
      ([.residual([.dense(units: 3)]), .attentionPooling(window: nil), .dense(units: nil)], "n × 5 into n × 3"),
      ([.residual([]), .attentionPooling(window: nil), .dense(units: nil)], "no layers"),
      ([.functionals(statistics: [.mean], window: 0), .dense(units: nil)], "window is 0"),
      ([.functionals(statistics: [], window: 9), .dense(units: nil)], "the number of statistics of all columns is 0"),
      (
        [.attentionPooling(window: nil), .functionals(statistics: [.mean], window: 9), .dense(units: nil)],
        "layers[1] (functionals): it works over time"
      ),
      ([.dropout(rate: 1), .attentionPooling(window: nil), .dense(units: nil)], "rate 1.0"),
      ([.conv(units: 3, kernel: 0, dilation: 1), .attentionPooling(window: nil), .dense(units: nil)], "kernel is 0"),
      ([.conv(units: 3, kernel: 3, padding: .valid), .globalMaxPooling, .dense(units: nil)], "but n × 5 comes in"),
      ([.conv(units: 3, kernel: 2, dilation: 65536), .globalMaxPooling, .dense(units: nil)], "65536 rows further"),
      ([.flatten, .dense(units: nil)], "layers[0] (flatten): it needs a known number of rows, but n × 5 comes in"),
      (
        [.globalMaxPooling, .globalMaxPooling, .dense(units: nil)], "layers[1] (global_max_pooling): it works over time"
      ),
      ([.globalMaxPooling, .dense(units: nil), .softmax], "layers[2] (softmax): scores need no softmax"),
      ([.pooling(.max, size: 2), .flatten], "n/2 × 5 comes in"),
      ([.residual([.pooling(.max, size: 2)]), .globalMaxPooling, .dense(units: nil)], "n × 5 into n/2 × 5"),
      ([.residual([.globalMaxPooling]), .dense(units: nil)], "n × 5 into 1 × 5"),
      (
        [.gating([.dense(units: 3)], gate: [.dense(units: 2)]), .globalMaxPooling, .dense(units: nil)],
        "its body turns n × 5 into n × 3, its gate into n × 2"
      ),
      ([.gating([.dense(units: 3)], gate: []), .globalMaxPooling, .dense(units: nil)], "its gate has no layers"),
      (
        [.globalMaxPooling, .unroll([.lstm(units: 2)]), .dense(units: nil)], "5 × 1 into 5 × 2, but must leave one row"
      ),
      (
        [.globalMaxPooling, .unroll([.conv(units: 2, kernel: 6, padding: .valid), .flatten]), .dense(units: nil)],
        "layers[1] (unroll).body[0] (conv): 6 rows are seen at once, but 5 × 1 comes in"
      ),
      (
        [.dense(units: 1), .unroll([.flatten]), .globalMaxPooling, .dense(units: nil)], "n × 1 comes in, but it takes 2"
      ),
      (
        [.dense(units: 8192), .unroll([.dense(units: 200), .flatten]), .globalMaxPooling, .dense(units: nil)],
        "8192 × 200 would become 1 × 1638400"
      ),
      (
        [.pooling(.max, size: 256), .pooling(.max, size: 256), .pooling(.max, size: 2), .globalMaxPooling],
        "layers[2] (max_pooling): one row of every 131072"
      ),
    ])
  func impossible(_ layers: [LayerConfiguration], _ words: String) {
    let configuration = NetworkConfiguration(name: "tried", target: .emotion, adaptive: true, layers: layers)
    let error = #expect(throws: NetworkConfigurationError.self) {
      _ = try configuration.build(inputWidth: 5, outputs: 4)
    }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test("A network that looks ahead hears whole utterances, and says which layer keeps it from listening")
  func lookingAhead() throws {
    let layers: [LayerConfiguration] = [
      .dense(units: 6), .residual([.conv(units: 6, kernel: 3, padding: .same)]), .lstm(units: 4), .globalMaxPooling,
      .dense(units: nil),
    ]
    let configuration = NetworkConfiguration(name: "ahead", target: .emotion, adaptive: true, layers: layers)
    var random = RandomSource(seed: 3)
    let network = try Network(configuration, inputWidth: 5, outputs: 4, random: &random)
    #expect(!network.isStreaming && network.stepMultiplyAdds == nil && network.stateBytes == nil)
    let error = #expect(throws: NetworkConfigurationError.self) { try network.requireStreaming() }
    #expect(
      error?.description.contains("network 'ahead', layers[1] (residual).body[0] (conv)") == true,
      "\(String(describing: error))")

    let rows = (0..<5 * 9).map { _ in random.uniform(-2, 2) }
    var heard = [Float](repeating: 0, count: 4)
    network.folded.predict(rows.span, into: &heard)
    var cache = LayerCache()
    var pass = Pass.inference
    network.forward(rows.span, layout: SequenceLayout(lengths: [9]), pass: &pass, cache: &cache)
    var batched = cache.output
    var span = batched.mutableSpan
    VectorMath.softmax(&span, 0..<4)
    #expect(heard == batched)
  }

  @Test("What a whole utterance gives is what its last row gives", arguments: configurations)
  func hearing(_ configuration: NetworkConfiguration) throws {
    var random = RandomSource(seed: 4)
    var network = try Network(configuration, inputWidth: 5, outputs: 4, random: &random)
    network.temperature = 1.5
    try network.requireStreaming()
    let rows = (0..<5 * 9).map { _ in random.uniform(-2, 2) }
    var (streamed, heard) = ([Float](repeating: 0, count: 4), [Float](repeating: 0, count: 4))
    let folded = network.folded
    var state = folded.makeState()
    for time in 0..<9 { folded.step(rows.span.extracting(time * 5..<(time + 1) * 5), &state, into: &streamed) }
    folded.predict(rows.span, into: &heard)
    for (a, b) in zip(streamed, heard) { #expect(abs(a - b) < 1e-5) }
  }

  @Test("The summary tells shapes, parameters and costs of all layers")
  func summary() throws {
    var random = RandomSource(seed: 5)
    let layers: [LayerConfiguration] = [
      .conv(units: 6, kernel: 3, stride: 2), .residual([.gru(units: 6)]), .globalAveragePooling,
      .unroll([.conv(units: 2, kernel: 3, padding: .valid), .flatten]), .dense(units: nil),
    ]
    let configuration = NetworkConfiguration(name: "tried", target: .emotion, adaptive: true, layers: layers)
    let network = try Network(configuration, inputWidth: 5, outputs: 4, random: &random)
    let summary = network.summary
    #expect(
      summary.map(\.path) == [
        "layers[0] (conv)", "layers[1] (residual)", "layers[1] (residual).body[0] (gru)",
        "layers[2] (global_average_pooling)", "layers[3] (unroll)", "layers[3] (unroll).body[0] (conv)",
        "layers[3] (unroll).body[1] (flatten)", "layers[4] (dense)",
      ])
    #expect(summary.map(\.depth) == [0, 0, 1, 0, 0, 1, 1, 0])
    #expect(
      summary.map(\.output.description) == [
        "n/2 × 6", "n/2 × 6", "n/2 × 6", "1 × 6", "1 × 8", "4 × 2", "1 × 8", "1 × 4",
      ])
    // The GRU has a bias for each gate and one more for the candidate; the unrolled convolution moves over 4 places.
    #expect(summary.map(\.parameters) == [6 * 16, 0, 18 * 12 + 24, 0, 0, 8, 0, 36])
    #expect(summary.map(\.multiplyAdds) == [90, 0, 216, 6, 0, 24, 0, 32])
    #expect(network.stepMultiplyAdds == 90 + 216 + 6 + 24 + 32)
    #expect(summary.reduce(0) { $0 + $1.parameters } == network.weights.count)
    // The convolution's output, two past rows and three stacked ones; the pooling's output and its sums.
    #expect(summary[0].stateBytes == 4 * (6 + 2 * 5 + 3 * 5))
    #expect(summary[3].stateBytes == 4 * (6 + 12))
    #expect(summary[4].stateBytes! >= 4 * (8 + 6) && summary[5].stateBytes == 0)
    let states = summary.reduce(0) { $0 + $1.stateBytes! }
    #expect(network.stateBytes == states + 4 * 4)  // the scores
  }

  @Test("Rows of one time are contiguous, and every row has its own place")
  func layout() {
    let layout = SequenceLayout(lengths: [3, 2, 1])
    #expect(layout.rowCount == 6)
    #expect((0..<3).map { layout.active(at: $0) } == [3, 2, 1])
    let rows = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (0, 2)].map { layout.row($0.0, at: $0.1) }
    #expect(rows == Array(0..<6))
  }
}
