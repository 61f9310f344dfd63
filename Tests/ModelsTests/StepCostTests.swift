import Support
import Testing

@testable import Models

/// What a step has to do with its memory, counted rather than timed.
@Suite("Cost of a step")
struct StepCostTests {
  /// Every array of a state that lasts from row to row.
  private func lasting(_ state: LayerState) -> [WritableKeyPath<LayerState, [Float]>] {
    var paths: [WritableKeyPath<LayerState, [Float]>] = [\.memory]
    for index in state.children.indices {
      let child: WritableKeyPath<LayerState, LayerState> = \.children[index]
      paths += lasting(state.children[index]).map { child.appending(path: $0) }
    }
    return paths
  }

  private func numbers(_ state: LayerState) -> [Float] { lasting(state).flatMap { state[keyPath: $0] } }

  /// How many remembered numbers a step reads or overwrites: those that, made NaN, spread or vanish.
  private func touched(_ layer: any Layer, _ weights: [Float], _ state: LayerState, at time: Int) -> Int {
    let row = (0..<layer.inputWidth).map { Float($0) * 0.1 + Float(time) * 0.01 }
    var count = 0
    for path in lasting(state) {
      for i in state[keyPath: path].indices {
        var poisoned = state
        poisoned[keyPath: path][i] = .nan
        layer.step(row.span, at: time, weights: weights.span, state: &poisoned)
        let reached = poisoned.output.contains(where: \.isNaN)
        if reached || numbers(poisoned).count(where: \.isNaN) != 1 || !poisoned[keyPath: path][i].isNaN { count += 1 }
      }
    }
    return count
  }

  /// A network like the default one, but small: dilated convolutions and a pooling over a window.
  private func network(window: Int, dilation: Int) -> Sequential {
    let block = Sequential(
      inputWidth: 2,
      [
        Convolution(inputWidth: 2, outputWidth: 2, kernel: 3, dilation: dilation), BatchNorm(width: 2),
        Activation(.tanh, width: 2),
      ])
    return Sequential(
      inputWidth: 2,
      [
        Residual(block), Residual(block), AttentionPooling(width: 2, window: window),
        Dense(inputWidth: 4, outputWidth: 2),
      ])
  }

  @Test("A step of a sliding network touches as many numbers whatever its window and its reach")
  func flat() {
    var costs: [Int] = []
    for (window, dilation) in [(8, 1), (16, 8), (128, 40)] {
      let layer = network(window: window, dilation: dilation)
      var weights = [Float](repeating: 0, count: layer.parameterCount)
      var span = weights.mutableSpan
      var random = RandomSource(seed: 1)
      layer.initialize(&span, using: &random)
      var state = layer.makeState()
      var most = 0
      // Far enough that the window and every reach are full, then each phase of a block or the last rows of one.
      for time in 0..<3 * window {
        if time >= 3 * window - 10 { most = max(most, touched(layer, weights, state, at: time)) }
        let row: [Float] = [random.uniform(-1, 1), random.uniform(-1, 1)]
        layer.step(row.span, at: time, weights: weights.span, state: &state)
      }
      costs.append(most)
    }
    #expect(costs[0] > 0)
    #expect(costs.allSatisfy { $0 == costs[0] }, "\(costs)")
  }

  @Test("The count tells: what looks at all that was kept touches more the more was kept")
  func theCountCounts() {
    struct Recomputing: WeightlessLayer {
      let inputWidth = 1, outputWidth = 1
      let window: Int
      func forward(
        _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
      ) {}
      func backward(
        _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
        cache: inout LayerCache, gradients: inout MutableSpan<Float>
      ) {}
      func makeState() -> LayerState { LayerState(output: 1, memory: window) }
      func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
        state.memory[time % window] = row[0]
        state.output[0] = state.memory.reduce(0, +)
      }
    }
    for window in [4, 40] {
      let layer = Recomputing(window: window)
      #expect(touched(layer, [], layer.makeState(), at: 1) == window)
    }
  }
}
