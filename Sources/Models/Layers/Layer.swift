import Support

/// One learnt array of a layer, as it is named in checkpoints.
public struct Parameter: Sendable, Equatable {
  public var name: String
  /// Row-major; the product is the number of elements.
  public var shape: [Int]
  /// Whether weight decay acts on it: on matrices, not on biases and scales.
  public var decays = false
  /// Whether the optimiser changes it; running statistics are carried along instead.
  public var isTrainable = true

  /// Number of elements.
  public var count: Int { shape.reduce(1, *) }
}

/// What a pass through a network is for.
public struct Pass: Sendable {
  /// Training: dropout drops, batch norm uses the statistics of the batch.
  public let isTraining: Bool
  /// Where dropout takes its masks from.
  public var random: RandomSource

  public static func training(_ random: RandomSource) -> Pass { Pass(isTraining: true, random: random) }
  public static let inference = Pass(isTraining: false, random: RandomSource(seed: 0))
}

/// What `forward` leaves behind for `backward`; reused from batch to batch.
public struct LayerCache: Sendable {
  /// The layer's result, [rows × outputWidth].
  public var output: [Float] = []
  /// Gradient of the loss with respect to the layer's input, [rows × inputWidth]; written by `backward`.
  public var inputGradient: [Float] = []
  /// Whatever else a layer needs to remember.
  var saved: [Float] = []
  var children: [LayerCache] = []

  public init() {}

  /// Memory that the arrays take; one that two caches share counts twice.
  var byteCount: Int {
    MemoryLayout<Float>.stride * (output.count + inputGradient.count + saved.count)
      + children.reduce(0) { $0 + $1.byteCount }
  }
}

/// What a layer remembers of one stream between rows. Of fixed size; copied like any value.
public struct LayerState: Sendable {
  /// The result of the last step, [outputWidth].
  public internal(set) var output: [Float]
  var memory: [Float]
  var scratch: [Float]
  var functionals: Functionals?
  var children: [LayerState]
  /// Buffers of a layer whose step is a `forward`.
  var cache = LayerCache()

  /// Memory that a stream takes here.
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

  /// Nothing: what a state that was moved elsewhere leaves behind.
  static let none = LayerState(output: 0)

  /// Forgets the stream: the next step is the first of a new sequence.
  mutating func reset() {
    for i in memory.indices { memory[i] = 0 }
    functionals?.reset()
    for i in children.indices { children[i].reset() }
  }
}

/// Layers inside a layer.
public struct LayerBody: Sendable {
  /// The setting that they stand under in a configuration.
  public var name: String
  public var layers: Sequential
  /// Rows of each sequence that they work on, where those are not the rows of the layer outside.
  public var rows: Int?
}

/// A layer: a description with fixed shapes. Weights, caches and states live outside of it, so that streams and
/// threads share it freely.
///
/// The weights of a whole network are one flat array; each layer is handed its own part, laid out as `parameters`
/// says. There is one forward computation per layer for batches and one for streams, and a test that they agree.
public protocol Layer: Sendable {
  /// Columns of a row that comes in.
  var inputWidth: Int { get }
  /// Columns of a row that goes out.
  var outputWidth: Int { get }

  /// The layer's arrays, in the order of its part of the weights.
  var parameters: [Parameter] { get }

  /// Fills the layer's part of fresh weights.
  func initialize(_ weights: inout MutableSpan<Float>, using random: inout RandomSource)

  /// Layers inside; none for most.
  var bodies: [LayerBody] { get }

  /// How many rows come out for so many that go in.
  func outputRows(_ rows: RowCount) -> RowCount

  /// The layout of the result for an input of the given layout.
  func outputLayout(_ layout: SequenceLayout) -> SequenceLayout

  /// Computes the rows of `cache.output` from the rows of `input`, [layout.rowCount × inputWidth].
  func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache)

  /// Adds to `gradients` and writes `cache.inputGradient`, given the gradient of the output and the same input as in
  /// the `forward` of a training pass that filled `cache`.
  func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>)

  /// Lets running statistics follow the batch that `cache` saw; after `backward`.
  func updateStatistics(_ weights: inout MutableSpan<Float>, cache: LayerCache)

  /// Whether it has `step`: its rows depend on no later ones, and a state of fixed size holds what they depend on.
  var isStreaming: Bool { get }

  /// Multiply-adds of a forward pass through one sequence of `rows` rows: products with weights and between rows, and
  /// sums over rows and columns; functions of single elements do not count.
  func multiplyAdds(rows: Int) -> Int

  /// Multiply-adds of a step, the dearest one.
  var stepMultiplyAdds: Int { get }

  /// The state of a stream that has heard nothing.
  func makeState() -> LayerState

  /// Bytes that a state takes at most, known before one is made. The default makes one to see: not for a layer whose
  /// state grows with a setting, which may ask for more than there is.
  var stateBound: Int { get }

  /// Computes `state.output` from row `time` (counted from 0 at the last reset) of a stream. Where `outputRows` says that
  /// one row of every s comes out, only times that s divides give one; the output stays between them.
  ///
  /// Must not be called where `isStreaming` is false.
  func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState)

  /// Hears one more row of several streams: what `step` gives for each, but a layer with a matrix multiplies all rows by
  /// it at once. By default one after the other.
  ///
  /// - Parameters:
  ///   - rows: one of each stream, [streams × inputWidth].
  ///   - times: the number of each row in its stream.
  ///   - states: of each stream; where the layer does not need it, their `output` is left as it was.
  ///   - output: receives [streams × outputWidth].
  func step(
    _ rows: Span<Float>, at times: [Int], weights: Span<Float>, states: inout [LayerState],
    into output: inout MutableSpan<Float>)

  /// What the layer comes down to at inference, with the weights that do it; by default itself.
  func folded(_ weights: Span<Float>) -> [WeightedLayer]

  /// The matrices among the weights by which steps multiply, in the weights' order; none by default.
  var matrices: [MatrixSite] { get }

  /// The mean squares of what each of these matrices was multiplied by in the pass that `cache` is of, column by column.
  func columnPowers(_ input: Span<Float>, cache: LayerCache) -> [[Float]]

  /// The layer with its matrices in the form in which its steps are fast: bytes, or blocks where most weights are zero. By
  /// default itself.
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

  /// The shape of the result for an input of the given shape.
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
  /// Draws `range` uniformly from [-bound, bound).
  mutating func fillUniform(_ range: Range<Int>, bound: Float, using random: inout RandomSource) {
    for i in range { self[i] = random.uniform(-bound, bound) }
  }

  /// Repeats the `width` elements at `start` of `weights` in each row of [rows × width].
  mutating func fill(_ weights: Span<Float>, from start: Int, rows: Int, width: Int) {
    for row in 0..<rows { copy(weights, from: start, to: row * width, count: width) }
  }

  /// Adds `bias`, which lies at `start` of `weights`, to each row of [rows × width].
  mutating func addBias(_ weights: Span<Float>, from start: Int, rows: Int, width: Int) {
    BatchMath.addRows(weights, from: start, distance: 0, to: &self, distance: width, rows: rows, columns: width)
  }

  /// Adds to the elements from `start` on the sum over the rows of [rows × width].
  mutating func addColumnSums(_ matrix: Span<Float>, to start: Int, rows: Int, width: Int) {
    BatchMath.addRows(matrix, distance: width, to: &self, at: start, distance: 0, rows: rows, columns: width)
  }
}

extension Span<Float> {
  /// The mean squares of the columns of [rows × width]; zeros without rows.
  func columnPowers(_ width: Int) -> [Float] {
    var powers = [Float](repeating: 0, count: width)
    for start in stride(from: 0, to: count, by: width) {
      for column in 0..<width { powers[column] += self[start + column] * self[start + column] }
    }
    let rows = Float(Swift.max(count / width, 1))
    return powers.map { $0 / rows }
  }
}
