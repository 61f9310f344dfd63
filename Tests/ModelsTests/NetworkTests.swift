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
  ]

  @Test("A stream's probabilities equal the batch's, at every row and after a reset", arguments: configurations)
  func streaming(_ configuration: NetworkConfiguration) throws {
    var random = RandomSource(seed: 1)
    let network = try Network(configuration, inputWidth: 5, outputs: 4, random: &random)
    var state = network.makeState()
    for length in [30, 1, 12] {
      network.reset(&state)
      var rows: [Float] = []
      for time in 0..<length {
        let row = (0..<5).map { _ in random.uniform(-2, 2) }
        rows += row
        var streamed = [Float](repeating: 0, count: 4)
        network.step(row.span, &state, into: &streamed)

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
    let network = try Network(Self.configurations[0], inputWidth: 5, outputs: 4, random: &random)
    let rows = (0..<20).map { _ in (0..<5).map { _ in random.uniform(-2, 2) } }
    func listen(_ state: inout Network.State, to row: [Float]) -> [Float] {
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
      ([LayerConfiguration.dense(units: nil)], "no attention_pooling"),
      ([.attentionPooling(window: nil), .dense(units: 3)], "3 scores for 4 labels"),
      ([.attentionPooling(window: nil), .lstm(units: 3), .dense(units: nil)], "layers[1] (lstm)"),
      ([.attentionPooling(window: 0), .dense(units: nil)], "window is 0"),
      ([.residual([.dense(units: 3)]), .attentionPooling(window: nil), .dense(units: nil)], "5 columns into 3"),
      ([.residual([]), .attentionPooling(window: nil), .dense(units: nil)], "no layers"),
      ([.functionals(statistics: [.mean], window: 0), .dense(units: nil)], "window is 0"),
      ([.functionals(statistics: [], window: 9), .dense(units: nil)], "the number of statistics of all columns is 0"),
      (
        [.attentionPooling(window: nil), .functionals(statistics: [.mean], window: 9), .dense(units: nil)],
        "pooled once"
      ),
      ([.dropout(rate: 1), .attentionPooling(window: nil), .dense(units: nil)], "rate 1.0"),
      ([.conv(units: 3, kernel: 0, dilation: 1), .attentionPooling(window: nil), .dense(units: nil)], "kernel is 0"),
    ])
  func impossible(_ layers: [LayerConfiguration], _ words: String) {
    let configuration = NetworkConfiguration(name: "tried", target: .emotion, adaptive: true, layers: layers)
    let error = #expect(throws: NetworkConfigurationError.self) {
      _ = try configuration.build(inputWidth: 5, outputs: 4)
    }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
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
