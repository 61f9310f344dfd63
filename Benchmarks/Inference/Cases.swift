import Models
import Support

/// Something that hears row by row.
protocol Case {
  var name: String { get }
  /// Columns of a row.
  var width: Int { get }

  /// The weights, and `rows` with the result after each.
  func file(rows: Int) -> SafeTensors

  /// What makes a number of steps of so many streams, one row of each per step.
  func stepper(streams: Int) -> (Int) -> Void
}

extension Case {
  /// Rows like normalised features: [count × width] from a fixed seed.
  func rows(_ count: Int) -> [Float] {
    var random = RandomSource(seed: 46)
    return (0..<count * width).map { _ in random.uniform(-1.7, 1.7) }
  }
}

/// An LSTM of 128 units on 40 columns.
struct LSTMCase: Case {
  let name = "lstm_40_128"
  let width = 40
  let layer = LSTM(inputWidth: 40, units: 128)
  let weights: [Float]

  init() {
    var random = RandomSource(seed: 1)
    var weights = [Float](repeating: 0, count: layer.parameterCount)
    var span = weights.mutableSpan
    layer.initialize(&span, using: &random)
    self.weights = weights
  }

  func file(rows count: Int) -> SafeTensors {
    var file = SafeTensors()
    var start = 0
    for parameter in layer.parameters {
      file.tensors[parameter.name] = SafeTensors.Tensor(
        shape: parameter.shape, values: Array(weights[start..<start + parameter.count]))
      start += parameter.count
    }
    let rows = rows(count)
    var results: [Float] = []
    var state = layer.makeState()
    for time in 0..<count {
      layer.step(
        rows.span.extracting(time * width..<(time + 1) * width), at: time, weights: weights.span, state: &state)
      results += state.output
    }
    file.tensors["rows"] = SafeTensors.Tensor(shape: [count, width], values: rows)
    file.tensors["results"] = SafeTensors.Tensor(shape: [count, layer.outputWidth], values: results)
    return file
  }

  func stepper(streams: Int) -> (Int) -> Void {
    let rows = rows(streams)
    let weights = AlignedWeights(weights)
    var states = [LayerState](repeating: layer.makeState(), count: streams)
    var output = [Float](repeating: 0, count: streams * layer.outputWidth)
    var time = 0
    return { count in
      for _ in 0..<count {
        let weights = weights.storage.span.extracting(weights.range)
        if streams == 1 {
          layer.step(rows.span, at: time, weights: weights, state: &states[0])
        } else {
          var span = output.mutableSpan
          layer.step(
            rows.span, at: Array(repeating: time, count: streams), weights: weights, states: &states, into: &span)
        }
        time += 1
      }
    }
  }
}

/// A network from feature row to probabilities.
struct NetworkCase: Case {
  let network: Network
  let width: Int
  var name: String { network.configuration.name }

  func file(rows count: Int) -> SafeTensors {
    var file = SafeTensors()
    network.write(to: &file)
    let folded = network.folded
    let rows = rows(count)
    var results: [Float] = []
    var probabilities = [Float](repeating: 0, count: folded.labelCount)
    var state = folded.makeState()
    for time in 0..<count {
      folded.step(rows.span.extracting(time * width..<(time + 1) * width), &state, into: &probabilities)
      results += probabilities
    }
    file.tensors["temperature"] = SafeTensors.Tensor(shape: [], values: [network.temperature])
    file.tensors["rows"] = SafeTensors.Tensor(shape: [count, width], values: rows)
    file.tensors["results"] = SafeTensors.Tensor(shape: [count, folded.labelCount], values: results)
    return file
  }

  func stepper(streams: Int) -> (Int) -> Void {
    let folded = network.folded
    let rows = rows(streams)
    var states = [InferenceNetwork.State](repeating: folded.makeState(), count: streams)
    var probabilities = [Float](repeating: 0, count: streams * folded.labelCount)
    return { count in
      for _ in 0..<count {
        if streams == 1 {
          folded.step(rows.span, &states[0], into: &probabilities)
        } else {
          folded.step(rows.span, &states, into: &probabilities)
        }
      }
    }
  }
}
