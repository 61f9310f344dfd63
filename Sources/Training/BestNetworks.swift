import Models
import Synchronization

/// The best networks of a training so far, shared by several threads.
final class BestNetworks: Sendable {
  private let networks: Mutex<[Network?]>

  /// - Parameter count: number of networks in the training.
  init(_ count: Int) {
    networks = Mutex(Array(repeating: nil, count: count))
  }

  /// Replaces a network by a better one.
  ///
  /// - Parameter keep: called with all networks once every one exists, one call at a time.
  /// - Throws: the errors of `keep`.
  func replace(_ index: Int, by network: Network, keep: ([Network]) throws -> Void) throws {
    try networks.withLock { networks in
      networks[index] = network
      let found = networks.compactMap { $0 }
      if found.count == networks.count { try keep(found) }
    }
  }

  /// All networks; nil as long as one is missing.
  var all: [Network]? {
    networks.withLock { networks in
      let found = networks.compactMap { $0 }
      return found.count == networks.count ? found : nil
    }
  }
}
