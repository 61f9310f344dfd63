import Models
import Support

/// The source of a network's training batches.
protocol BatchSource: Sendable {
  /// Redraws random copies before the batches of each epoch.
  ///
  /// - Throws: a `CaptureError` where a recording is no longer readable, `Stopped`.
  mutating func prepare(epoch: Int) throws

  /// The contents of each batch of an epoch, by number. The number of batches is deterministic.
  func order(batchSize: Int, using random: inout RandomSource) -> [[Int]]

  /// One of these batches.
  func batch(_ numbers: [Int], using random: inout RandomSource) -> Batch
}

extension BatchSource {
  /// Cuts an order into batches of nearly equal size, so that batch norm never gets a tiny one.
  func cut(_ order: [Int], batchSize: Int) -> [[Int]] {
    let batches = max(1, (order.count + batchSize / 2) / batchSize)
    return (0..<batches).map { batch in
      Array(order[batch * order.count / batches..<(batch + 1) * order.count / batches])
    }
  }
}
