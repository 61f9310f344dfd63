import Support

@testable import Models
@testable import Training

extension Batch {
  /// Sequences of rows with a label each.
  init(_ sequences: [(rows: [[Float]], label: Int)]) {
    let sorted = sequences.sorted { $0.rows.count > $1.rows.count }
    let layout = SequenceLayout(lengths: sorted.map(\.rows.count))
    let rows = (0..<layout.timeCount).flatMap { time in
      (0..<layout.active(at: time)).flatMap { sorted[$0].rows[time] }
    }
    self.init(rows: rows, layout: layout, labels: [sorted.map(\.label)])
  }
}

extension Network {
  static func untrained(
    _ layers: [LayerConfiguration], inputWidth: Int, outputs: Int, seed: UInt64 = 46
  ) throws -> Network {
    var random = RandomSource(seed: seed)
    return try Network(
      NetworkConfiguration(name: "n", target: .emotion, adaptive: false, layers: layers), inputWidth: inputWidth,
      outputs: outputs, random: &random)
  }

  /// Share of the sequences that it recognises.
  func accuracy(_ batch: Batch) -> Float {
    var cache = LayerCache()
    var pass = Pass.inference
    forward(batch.rows.span, layout: batch.layout, pass: &pass, cache: &cache)
    let hits = batch.targets[0].labels.enumerated().count { row, label in
      let scores = cache.output[row * labelCount..<(row + 1) * labelCount]
      return scores.indices.max { scores[$0] < scores[$1] }! - row * labelCount == label
    }
    return Float(hits) / Float(batch.layout.sequenceCount)
  }
}
