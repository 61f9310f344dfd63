import Models

/// The rows and targets of one training step.
package struct Batch: Sendable {
  /// Normalised rows, in the order of `layout`.
  package var rows: [Float]
  package var layout: SequenceLayout
  /// Targets of the network and then of each auxiliary head, one row per sequence.
  var targets: [LossTargets]

  init(rows: [Float], layout: SequenceLayout, targets: [LossTargets]) {
    self.rows = rows
    self.layout = layout
    self.targets = targets
  }

  /// - Parameter labels: of the network and then of each auxiliary head, one per sequence; nil where unknown.
  package init(rows: [Float], layout: SequenceLayout, labels: [[Int?]]) {
    self.init(rows: rows, layout: layout, targets: labels.map { LossTargets(labels: $0) })
  }

  /// Shards with every `count`-th sequence each, so that they have nearly the same length; fewer where a shard would
  /// have less than two sequences, which batch norm needs.
  func shards(_ count: Int) -> [Batch] {
    let sequences = layout.sequenceCount
    let count = max(1, min(count, sequences / 2))
    guard count > 1 else { return [self] }
    let width = rows.count / layout.rowCount
    return (0..<count).map { first in
      let taken = Array(stride(from: first, to: sequences, by: count))
      let part = SequenceLayout(lengths: taken.map { layout.lengths[$0] })
      var partRows = [Float](repeating: 0, count: part.rowCount * width)
      var span = partRows.mutableSpan
      for (place, sequence) in taken.enumerated() {
        for time in 0..<layout.lengths[sequence] {
          span.copy(
            rows.span, from: layout.row(sequence, at: time) * width, to: part.row(place, at: time) * width, count: width
          )
        }
      }
      return Batch(rows: partRows, layout: part, targets: targets.map { $0.rows(taken) })
    }
  }
}
