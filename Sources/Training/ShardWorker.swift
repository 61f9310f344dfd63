import Models
import Support
import Synchronization

/// Runs one shard of each batch forward and backward through a network, and keeps the buffers for it.
final class ShardWorker: Sendable {
  private struct Storage {
    var cache = LayerCache()
    var scoreGradient: [Float] = []
    var gradients: [Float] = []
  }

  private let storage = Mutex(Storage())

  /// - Parameters:
  ///   - totals: divisors of the whole batch's losses, head by head.
  ///   - random: the source of dropout masks.
  /// - Returns: the shard's part of the batch's loss, and the number of its sequences with a correct prediction.
  func learn(
    _ network: Network, _ shard: Batch, loss: MultiTaskLoss, totals: [Float], random: RandomSource
  ) -> (loss: Float, correct: Int) {
    storage.withLock { storage in
      var pass = Pass.training(random)
      network.forward(shard.rows.span, layout: shard.layout, pass: &pass, cache: &storage.cache)
      let result = loss.evaluate(
        storage.cache.output, shard.targets, totals: totals, gradient: &storage.scoreGradient)
      storage.gradients = [Float](repeating: 0, count: network.weights.count)
      let scoreGradient = storage.scoreGradient
      network.backward(
        scoreGradient.span, rows: shard.rows.span, layout: shard.layout, cache: &storage.cache,
        gradients: &storage.gradients)
      return result
    }
  }

  /// Moves the gradients of the last shard out.
  func takeGradients() -> [Float] {
    storage.withLock { storage in
      let gradients = storage.gradients
      storage.gradients = []
      return gradients
    }
  }

  /// Updates the network's running statistics with the last shard.
  func updateStatistics(_ network: inout Network) {
    storage.withLock { network.updateStatistics(cache: $0.cache) }
  }
}
