import Support

/// A trainable array of a layer, named as in checkpoints.
public struct Parameter: Sendable, Equatable {
  public var name: String
  /// Row-major; the product is the number of elements.
  public var shape: [Int]
  /// Whether weight decay applies: to matrices, not to biases and scales.
  public var decays = false
  /// Whether the optimiser updates it; running statistics are updated separately.
  public var isTrainable = true

  /// Number of elements.
  public var count: Int { shape.reduce(1, *) }
}

/// The purpose of a forward pass.
public struct Pass: Sendable {
  /// Training: dropout is active, and batch norm uses the statistics of the batch.
  public let isTraining: Bool
  /// The random source of dropout masks.
  public var random: RandomSource

  public static func training(_ random: RandomSource) -> Pass { Pass(isTraining: true, random: random) }
  public static let inference = Pass(isTraining: false, random: RandomSource(seed: 0))
}

/// Results of `forward` that `backward` needs; reused from batch to batch.
public struct LayerCache: Sendable {
  /// The layer's result, [rows × outputWidth].
  public var output: [Float] = []
  /// Gradient of the loss with respect to the layer's input, [rows × inputWidth]; written by `backward`.
  public var inputGradient: [Float] = []
  /// Other values that the layer needs.
  var saved: [Float] = []
  var children: [LayerCache] = []

  public init() {}

  /// Memory of the arrays, in bytes; storage shared by two caches counts twice.
  var byteCount: Int {
    MemoryLayout<Float>.stride * (output.count + inputGradient.count + saved.count)
      + children.reduce(0) { $0 + $1.byteCount }
  }
}

/// A layer's state of one stream between rows. Fixed in size; copied like any value.
public struct LayerState: Sendable {
  /// The result of the last step, [outputWidth].
  public internal(set) var output: [Float]
  var memory: [Float]
  var scratch: [Float]
  var functionals: Functionals?
  var children: [LayerState]
  /// Buffers of a layer whose step is a `forward`.
  var cache = LayerCache()

  /// Memory of the state, in bytes.
  var byteCount: Int {
    MemoryLayout<Float>.stride * (output.count + memory.count + scratch.count) + cache.byteCount
      + (functionals?.byteCount ?? 0)
      + children.reduce(0) { $0 + $1.byteCount }
  }

  init(
    output: Int, memory: Int = 0, scratch: Int = 0, functionals: Functionals? = nil, children: [LayerState] = []
  ) {
    self.output = Array(repeating: 0, count: output)
    self.memory = Array(repeating: 0, count: memory)
    self.scratch = Array(repeating: 0, count: scratch)
    self.functionals = functionals
    self.children = children
  }

  /// An empty state, which replaces a state that was moved out.
  static let none = LayerState(output: 0)

  /// Resets the state: the next step is the first of a new sequence.
  mutating func reset() {
    for i in memory.indices { memory[i] = 0 }
    functionals?.reset()
    for i in children.indices { children[i].reset() }
  }
}

/// Layers inside a layer.
public struct LayerBody: Sendable {
  /// Their key in a configuration.
  public var name: String
  public var layers: Sequential
  /// Rows of each of their sequences, where these differ from the rows of the outer layer.
  public var rows: Int?
}

/// A layer: a description with fixed shapes. Weights, caches and states are stored outside of it, so that streams and
/// threads can share it.
///
/// The weights of a whole network are one flat array; each layer receives its own part, laid out in the order of
/// `parameters`. Each layer has one forward computation for batches and one for streams; a test checks that they agree.
public protocol Layer: Sendable {
  /// Columns of an input row.
  var inputWidth: Int { get }
  /// Columns of an output row.
  var outputWidth: Int { get }

  /// The layer's arrays, in the order of its part of the weights.
  var parameters: [Parameter] { get }

  /// Initialises the layer's part of new weights.
  func initialize(_ weights: inout MutableSpan<Float>, using random: inout RandomSource)

  /// Nested layers; empty for most.
  var bodies: [LayerBody] { get }

  /// The number of output rows for a number of input rows.
  func outputRows(_ rows: RowCount) -> RowCount

  /// The layout of the output for an input of the given layout.
  func outputLayout(_ layout: SequenceLayout) -> SequenceLayout

  /// Computes the rows of `cache.output` from the rows of `input`, [layout.rowCount × inputWidth].
  func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache)

  /// Adds to `gradients` and writes `cache.inputGradient`, given the gradient of the output and the same input as in
  /// the `forward` of a training pass that filled `cache`.
  func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>)

  /// Updates running statistics with the batch of `cache`; called after `backward`.
  func updateStatistics(_ weights: inout MutableSpan<Float>, cache: LayerCache)

  /// Whether the layer has `step`: its rows depend on no later ones, and a state of fixed size holds the earlier ones.
  var isStreaming: Bool { get }

  /// Multiply-adds of a forward pass over one sequence of `rows` rows: products with weights and between rows, and sums
  /// over rows and columns, without elementwise functions.
  func multiplyAdds(rows: Int) -> Int

  /// Multiply-adds of a step, in the worst case.
  var stepMultiplyAdds: Int { get }

  /// The initial state of a stream.
  func makeState() -> LayerState

  /// Upper bound of a state's size in bytes, available before a state is created. The default creates a state and
  /// measures it: layers whose state grows with a setting must override it, because such a state may not fit into
  /// memory.
  var stateBound: Int { get }

  /// Computes `state.output` from row `time` (counted from 0 at the last reset) of a stream. Where `outputRows` yields
  /// one row of every s, only multiples of s produce an output; in between, the output stays unchanged.
  ///
  /// Must not be called where `isStreaming` is false.
  func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState)

  /// Processes one row of each of several streams. The results equal those of the single-stream `step`, but a layer
  /// with a matrix multiplies all rows at once. By default, one stream after the other.
  ///
  /// - Parameters:
  ///   - rows: one of each stream, [streams × inputWidth].
  ///   - times: the number of each row in its stream.
  ///   - states: of each stream; the `output` of a state is unchanged unless the layer needs it.
  ///   - output: receives [streams × outputWidth].
  func step(
    _ rows: Span<Float>, at times: [Int], weights: Span<Float>, states: inout [LayerState],
    into output: inout MutableSpan<Float>)

  /// The equivalent layers at inference, with their weights; by default the layer itself.
  func folded(_ weights: Span<Float>) -> [WeightedLayer]

  /// The matrices among the weights that steps use, in the order of the weights; none by default.
  var matrices: [MatrixSite] { get }

  /// The mean squares of each matrix's inputs in the pass that filled `cache`, per column.
  func columnPowers(_ input: Span<Float>, cache: LayerCache) -> [[Float]]

  /// The layer with its matrices in the form with the fastest steps: int8, or blocks where most weights are zero. By
  /// default the layer itself.
  func reduced(_ weights: Span<Float>, to precision: WeightPrecision) -> any Layer
}

extension Layer {
  /// Length of the layer's part of the weights.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  public var bodies: [LayerBody] { [] }

  public func outputRows(_ rows: RowCount) -> RowCount { rows }

  public func outputLayout(_ layout: SequenceLayout) -> SequenceLayout { layout }

  public var isStreaming: Bool { true }

  public func multiplyAdds(rows: Int) -> Int { 0 }

  public var stepMultiplyAdds: Int { multiplyAdds(rows: 1) }

  /// The shape of the output for an input of the given shape.
  public func outputShape(_ input: RowShape) -> RowShape {
    RowShape(rows: outputRows(input.rows), columns: outputWidth)
  }

  public func updateStatistics(_ weights: inout MutableSpan<Float>, cache: LayerCache) {}

  public var stateBound: Int { makeState().byteCount }

  public func step(
    _ rows: Span<Float>, at times: [Int], weights: Span<Float>, states: inout [LayerState],
    into output: inout MutableSpan<Float>
  ) {
    stepInTurn(rows, at: times, weights: weights, states: &states, into: &output)
  }

  /// Steps one stream after the other.
  func stepInTurn(
    _ rows: Span<Float>, at times: [Int], weights: Span<Float>, states: inout [LayerState],
    into output: inout MutableSpan<Float>
  ) {
    for (stream, time) in times.enumerated() {
      let row = rows.extracting(stream * inputWidth..<(stream + 1) * inputWidth)
      step(row, at: time, weights: weights, state: &states[stream])
      let result = states[stream].output
      output.copy(result.span, to: stream * outputWidth, count: outputWidth)
    }
  }

  public func folded(_ weights: Span<Float>) -> [WeightedLayer] { [WeightedLayer(self, weights)] }

  public var matrices: [MatrixSite] { [] }

  public func columnPowers(_ input: Span<Float>, cache: LayerCache) -> [[Float]] { [] }

  public func reduced(_ weights: Span<Float>, to precision: WeightPrecision) -> any Layer { self }
}

/// A layer without weights.
protocol WeightlessLayer: Layer {}

extension WeightlessLayer {
  public var parameters: [Parameter] { [] }

  public func initialize(_ weights: inout MutableSpan<Float>, using random: inout RandomSource) {}
}

extension MutableSpan<Float> {
  /// Fills `range` with uniform random values from [-bound, bound).
  mutating func fillUniform(_ range: Range<Int>, bound: Float, using random: inout RandomSource) {
    for i in range { self[i] = random.uniform(-bound, bound) }
  }

  /// Copies the `width` elements at `start` of `weights` to each row of [rows × width].
  mutating func fill(_ weights: Span<Float>, from start: Int, rows: Int, width: Int) {
    for row in 0..<rows { copy(weights, from: start, to: row * width, count: width) }
  }

  /// Adds `bias`, stored at `start` of `weights`, to each row of [rows × width].
  mutating func addBias(_ weights: Span<Float>, from start: Int, rows: Int, width: Int) {
    BatchMath.addRows(weights, from: start, distance: 0, to: &self, distance: width, rows: rows, columns: width)
  }

  /// Adds the column sums of [rows × width] to the elements from `start` on.
  mutating func addColumnSums(_ matrix: Span<Float>, to start: Int, rows: Int, width: Int) {
    BatchMath.addRows(matrix, distance: width, to: &self, at: start, distance: 0, rows: rows, columns: width)
  }
}

extension Span<Float> {
  /// The mean squares of the columns of [rows × width]; zeros where it is empty.
  func columnPowers(_ width: Int) -> [Float] {
    var powers = [Float](repeating: 0, count: width)
    for start in stride(from: 0, to: count, by: width) {
      for column in 0..<width { powers[column] += self[start + column] * self[start + column] }
    }
    let rows = Float(Swift.max(count / width, 1))
    return powers.map { $0 / rows }
  }
}
