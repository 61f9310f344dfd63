import Support
import Testing

@testable import Models

/// Smaller forms of matrices and networks against what they were made of.
@Suite("Reduced networks")
struct ReductionTests {
  /// Sizes that fill the kernels' blocks and that leave rows and columns over.
  static let sizes = [(1, 1), (3, 2), (7, 9), (8, 8), (12, 33), (33, 60), (64, 192), (240, 96)]

  static func random(_ count: Int, seed: UInt64, _ bound: Float = 1) -> [Float] {
    var random = RandomSource(seed: seed)
    return (0..<count).map { _ in random.uniform(-bound, bound) }
  }

  /// start + m · x in double precision.
  private func product(_ m: [Float], _ x: [Float], rows: Int, from start: [Float]) -> [Double] {
    (0..<rows).map { row in
      x.indices.reduce(Double(start[row])) { $0 + Double(m[row * x.count + $1]) * Double(x[$1]) }
    }
  }

  @Test("A matrix of bytes multiplies as the weights that its bytes stand for", arguments: sizes)
  func bytes(rows: Int, columns: Int) {
    let matrix = QuantizedMatrix(Self.random(rows * columns, seed: 1), rows: rows, columns: columns)
    let x = Self.random(columns, seed: 2, 3)
    var y = Self.random(rows + 2, seed: 3)
    let start = y
    var span = y.mutableSpan
    matrix.add(times: x.span, to: &span)
    let expected = product(matrix.weights, x, rows: rows, from: start)
    // x is rounded to 16 bits of its largest number, 3: by 5e-5 at most, times weights of up to 1.
    for row in 0..<rows { #expect(abs(Double(y[row]) - expected[row]) < 5e-5 * Double(columns) + 1e-6, "row \(row)") }
    #expect(y[rows...] == start[rows...], "what lies behind the rows")
  }

  @Test("Rounding is to the nearest byte, and what bytes stand for rounds to the same bytes again")
  func rounding() {
    let weights = Self.random(40 * 30, seed: 4)
    let matrix = QuantizedMatrix(weights, rows: 40, columns: 30)
    for (i, weight) in matrix.weights.enumerated() {
      #expect(abs(weight - weights[i]) <= matrix.scales[i / 30] * 0.5001)
    }
    #expect(QuantizedMatrix(matrix.weights, rows: 40, columns: 30).values == matrix.values)
    let zeros = QuantizedMatrix([0, 0, 0, 1], rows: 2, columns: 2)
    #expect(zeros.weights == [0, 0, 0, 1])
  }

  @Test("A vector without numbers gives none, one of zeros adds nothing, and the longest sums do not overflow")
  func extremes() {
    let columns = QuantizedMatrix.mostColumns
    let matrix = QuantizedMatrix([Float](repeating: 1, count: columns), rows: 1, columns: columns)
    func result(_ x: [Float]) -> Float {
      var y: [Float] = [0.5]
      var span = y.mutableSpan
      matrix.add(times: x.span, to: &span)
      return y[0]
    }
    var x = [Float](repeating: 2, count: columns)
    #expect(abs(result(x) - 0.5 - 2 * Float(columns)) < 0.01 * Float(columns))
    x[7] = .infinity
    #expect(result(x).isNaN)
    #expect(result([Float](repeating: 0, count: columns)) == 0.5)
    #expect(result([Float](repeating: .leastNonzeroMagnitude, count: columns)) == 0.5)
  }

  @Test("Scales fitted to what the columns carry lose less of the products than the plain ones, never more")
  func fitting() {
    // One weight in ten is ten times as large, where next to nothing comes in.
    var weights = Self.random(20 * 50, seed: 5)
    for i in stride(from: 0, to: weights.count, by: 10) { weights[i] *= 10 }
    let powers = (0..<50).map { Float($0 % 10 == 0 ? 1e-4 : 1) }
    func error(_ rounded: [Float], row: Int) -> Float {
      (0..<50).reduce(0) { sum, column in
        let difference = rounded[row * 50 + column] - weights[row * 50 + column]
        return sum + powers[column] * difference * difference
      }
    }
    let plain = QuantizedMatrix(weights, rows: 20, columns: 50).weights
    let fitted = QuantizedMatrix.fitted(weights, columns: 50, powers: powers)
    for row in 0..<20 { #expect(error(fitted, row: row) <= error(plain, row: row)) }
    let totals = [plain, fitted].map { rounded in (0..<20).reduce(0) { $0 + error(rounded, row: $1) } }
    #expect(totals[1] < 0.5 * totals[0], "\(totals)")
    #expect(QuantizedMatrix(fitted, rows: 20, columns: 50).weights == fitted)
  }

  @Test("A matrix of blocks multiplies as the whole one", arguments: sizes)
  func blocks(rows: Int, columns: Int) throws {
    var weights = Self.random(rows * columns, seed: 6)
    for row in 0..<rows {
      for column in 0..<columns where (row / 8 + column) % 3 != 0 { weights[row * columns + column] = 0 }
    }
    // Where rows are padded to eight, blocks of a small matrix are as large as all of it.
    guard let matrix = BlockMatrix(weights, rows: rows, columns: columns) else {
      return #expect(rows < 16 || columns < 3)
    }
    let x = Self.random(columns, seed: 7)
    var y = Self.random(rows + 2, seed: 8)
    let start = y
    var span = y.mutableSpan
    matrix.add(times: x.span, to: &span)
    let expected = product(weights, x, rows: rows, from: start)
    // Sums of up to 64 products in single precision.
    for row in 0..<rows { #expect(abs(Double(y[row]) - expected[row]) < 1e-5, "row \(row)") }
    #expect(y[rows...] == start[rows...], "what lies behind the rows")
  }

  @Test("A matrix with few zeros stays whole")
  func dense() {
    #expect(BlockMatrix(Self.random(64 * 64, seed: 9), rows: 64, columns: 64) == nil)
  }

  /// One of each layer that multiplies, containers around some.
  static let networks: [[LayerConfiguration]] = [
    [.dense(units: 24), .activation(.relu), .attentionPooling(window: 10), .dense(units: nil)],
    [
      .residual([.conv(units: 20, kernel: 3, dilation: 2), .batchNorm, .activation(.relu)]),
      .conv(units: 17, kernel: 2), .attentionPooling(window: nil), .dropout(rate: 0.3), .dense(units: nil),
    ],
    [.lstm(units: 18), .batchNorm, .gru(units: 16), .attentionPooling(window: nil), .batchNorm, .dense(units: nil)],
    [
      .gating([.dense(units: 16)], gate: [.dense(units: 16), .dropout(rate: 0.5)]), .globalAveragePooling,
      .dense(units: nil),
    ],
  ]

  static func network(_ layers: [LayerConfiguration]) throws -> Network {
    var random = RandomSource(seed: 10)
    let configuration = NetworkConfiguration(name: "net", target: .emotion, adaptive: true, layers: layers)
    var network = try Network(configuration, inputWidth: 20, outputs: 5, random: &random)
    network.weights = FoldingTests.learnt(network.layers)
    network.temperature = 1.5
    return network
  }

  /// The probabilities after each of some rows.
  private func steps(_ network: Network) -> [[Float]] {
    let folded = network.folded
    var state = folded.makeState()
    var probabilities = [Float](repeating: 0, count: 5)
    return (0..<12).map { time in
      folded.step(Self.random(20, seed: UInt64(100 + time)).span, &state, into: &probabilities)
      return probabilities
    }
  }

  private func farthest(_ a: [[Float]], _ b: [[Float]]) -> Float {
    zip(a, b).flatMap { zip($0, $1).map { abs($0 - $1) } }.max()!
  }

  @Test("Without what only training needs a network says the same", arguments: networks)
  func simplified(_ layers: [LayerConfiguration]) throws {
    let network = try Self.network(layers)
    let simple = network.simplified
    #expect(farthest(steps(simple), steps(network)) < 1e-5)
    func names(_ layers: [LayerConfiguration]) -> [String] {
      layers.flatMap { [$0.name] + $0.settings.bodies.flatMap(names) }
    }
    let left = Set(names(simple.configuration.layers))
    #expect(left.isDisjoint(with: ["batch_norm", "dropout"]), "\(left)")
    #expect(simple.temperature == 1.5)
  }

  @Test("A batch norm that nothing can take stays, and so does all else")
  func notSimplified() throws {
    let network = try Self.network([
      .batchNorm, .conv(units: 4, kernel: 2), .attentionPooling(window: nil), .dense(units: nil),
    ])
    #expect(network.simplified.configuration == network.configuration)
    #expect(network.simplified.weights == network.weights)
  }

  @Test(
    "A network of bytes says nearly the same, row by row, several streams at once and through a file",
    arguments: networks)
  func quantized(_ layers: [LayerConfiguration]) throws {
    let network = try Self.network(layers).simplified
    let small = network.quantized()
    #expect(small.configuration.precision == .int8 && small.temperature == 1.5)
    // Weights of up to 1 lose up to 1/254 each; over a few layers of some twenty columns that moves a probability by less.
    let heard = steps(small)
    #expect(farthest(heard, steps(network)) < 0.03)
    #expect(heard != steps(network), "it multiplies by other numbers")
    let folded = small.folded
    var states = [folded.makeState(), folded.makeState()]
    var both = [Float](repeating: 0, count: 10)
    for time in 0..<12 {
      let row = Self.random(20, seed: UInt64(100 + time))
      folded.step((row + row).span, &states, into: &both)
      #expect(Array(both[..<5]) == heard[time] && Array(both[5...]) == heard[time])
    }

    var file = SafeTensors()
    small.write(to: &file)
    let bytes = file.encoded()
    let again = try SafeTensors(bytes.span, name: "file")
    #expect(again == file)
    let read = try Network(small.configuration, inputWidth: 20, outputs: 5, from: again, name: "file")
    var folds = read
    folds.temperature = 1.5
    #expect(steps(folds) == heard)
    let byteTensors = again.tensors.filter { $0.value.type == .int8 }
    #expect(byteTensors.count == network.layers.matrices.count)
    for name in byteTensors.keys { #expect(again.tensors["\(name).scale"] != nil) }
    var lacking = again
    lacking.tensors["\(byteTensors.keys.sorted()[0]).scale"] = nil
    #expect(throws: CheckpointError.self) {
      try Network(small.configuration, inputWidth: 20, outputs: 5, from: lacking, name: "file")
    }
    // The same file for a network in single precision.
    #expect(throws: CheckpointError.self) {
      try Network(network.configuration, inputWidth: 20, outputs: 5, from: again, name: "file")
    }
  }

  @Test(
    "What is pruned is what adds least, in columns of eight rows; steps leave it out and say the same",
    arguments: networks)
  func pruned(_ layers: [LayerConfiguration]) throws {
    let network = try Self.network(layers)
    let utterances = [Self.random(20 * 9, seed: 11), Self.random(20 * 4, seed: 12)]
    let powers = network.columnPowers(utterances)
    #expect(powers.map(\.count) == network.layers.matrices.map(\.columns))
    let pruned = network.pruned(0.6, powers: powers)
    for (index, site) in network.layers.matrices.enumerated() {
      let zeros = site.range.filter { pruned.weights[$0] == 0 }
      guard site.rows >= 16 else {
        #expect(zeros.isEmpty)
        continue
      }
      #expect(abs(Float(zeros.count) / Float(site.range.count) - 0.6) < 0.05)
      func loss(_ group: Int, _ column: Int) -> Float {
        let rows = group * 8..<min(group * 8 + 8, site.rows)
        return rows.reduce(0) { sum, row in
          let weight = network.weights[site.start + row * site.columns + column]
          return sum + weight * weight * powers[index][column] / Float(rows.count)
        }
      }
      var kept: [Float] = []
      var gone: [Float] = []
      for group in 0..<(site.rows + 7) / 8 {
        for column in 0..<site.columns {
          let isGone = pruned.weights[site.start + group * 8 * site.columns + column] == 0
          if isGone { gone.append(loss(group, column)) } else { kept.append(loss(group, column)) }
        }
      }
      #expect(gone.max()! <= kept.min()!)
    }
    for i in pruned.weights.indices where pruned.weights[i] != 0 { #expect(pruned.weights[i] == network.weights[i]) }
    // Batches multiply by whole matrices, zeros and all.
    let rows = (0..<12).flatMap { Self.random(20, seed: UInt64(100 + $0)) }
    var heard = [Float](repeating: 0, count: 5)
    pruned.folded.predict(rows.span, into: &heard)
    #expect(farthest([heard], [steps(pruned).last!]) < 1e-5)
  }

  @Test("What a matrix is multiplied by is what comes into its layer")
  func powers() throws {
    let network = try Self.network([.lstm(units: 16), .attentionPooling(window: nil), .dense(units: nil)])
    let rows = Self.random(20 * 7, seed: 13)
    let powers = network.columnPowers([rows])
    for column in 0..<20 {
      let expected = (0..<7).reduce(Float(0)) { $0 + rows[$1 * 20 + column] * rows[$1 * 20 + column] } / 7
      #expect(abs(powers[0][column] - expected) < 1e-6)
    }
    #expect(powers[1].allSatisfy { 0...1 ~= $0 }, "an LSTM's outputs lie between -1 and 1")
    // An utterance's pooling is one row: its own square, as a batch of that utterance alone shows.
    var pass = Pass.inference
    var cache = LayerCache()
    network.forward(rows.span, layout: SequenceLayout(lengths: [7]), pass: &pass, cache: &cache)
    let pooled = cache.children[1].output
    for column in pooled.indices { #expect(abs(powers[2][column] - pooled[column] * pooled[column]) < 1e-6) }
  }

  @Test("Weights that overflow where they are folded are no reason to stop")
  func overflow() throws {
    var network = try Self.network([.dense(units: 16), .batchNorm, .attentionPooling(window: nil), .dense(units: nil)])
    for i in network.weights.indices { network.weights[i] = 3e38 }
    for probability in steps(network.quantized()).joined() { #expect(probability.isFinite) }
  }
}
