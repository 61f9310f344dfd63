import Models
import Support
import Synchronization

/// Takes one part of each batch forward and backward through a network; keeps the memory that this needs.
final class ShardWorker: Sendable {
  private struct Storage {
    var cache = LayerCache()
    var scoreGradient: [Float] = []
    var gradients: [Float] = []
  }

  private let storage = Mutex(Storage())

  /// - Parameters:
  ///   - totals: what the losses of the whole batch are divided by, head by head.
  ///   - random: where dropout takes its masks from.
  /// - Returns: the shard's part of the batch's loss, and how many of its sequences were recognised.
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

  /// Hands over what the last shard adds to the gradients.
  func takeGradients() -> [Float] {
    storage.withLock { storage in
      let gradients = storage.gradients
      storage.gradients = []
      return gradients
    }
  }

  /// Lets the network's running statistics follow the last shard.
  func updateStatistics(_ network: inout Network) {
    storage.withLock { network.updateStatistics(cache: $0.cache) }
  }
}
