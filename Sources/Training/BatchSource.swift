import Models
import Support

/// Where a network's training takes its batches from.
protocol BatchSource: Sendable {
  /// Draws anew what is to be heard otherwise in each epoch; before the epoch's batches.
  ///
  /// - Throws: `CaptureError` where a recording can be read no more, `Stopped`.
  mutating func prepare(epoch: Int) throws

  /// What each batch of an epoch consists of, by number. How many batches there are does not depend on chance.
  func order(batchSize: Int, using random: inout RandomSource) -> [[Int]]

  /// One of these batches.
  func batch(_ numbers: [Int], using random: inout RandomSource) -> Batch
}

extension BatchSource {
  /// Cuts an order into batches of nearly equal size, so that batch norm never sees a tiny one.
  func cut(_ order: [Int], batchSize: Int) -> [[Int]] {
    let batches = max(1, (order.count + batchSize / 2) / batchSize)
    return (0..<batches).map { batch in
      Array(order[batch * order.count / batches..<(batch + 1) * order.count / batches])
    }
  }
}
