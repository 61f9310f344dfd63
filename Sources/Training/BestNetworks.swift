import Models
import Synchronization

/// The best networks so far of a training, which several threads find.
final class BestNetworks: Sendable {
  private let networks: Mutex<[Network?]>

  /// - Parameter count: how many networks are trained.
  init(_ count: Int) {
    networks = Mutex(Array(repeating: nil, count: count))
  }

  /// Puts a better network in the place of one.
  ///
  /// - Parameter keep: called with all networks once there is one at each place, one call at a time.
  /// - Throws: what `keep` throws.
  func replace(_ index: Int, by network: Network, keep: ([Network]) throws -> Void) throws {
    try networks.withLock { networks in
      networks[index] = network
      let found = networks.compactMap { $0 }
      if found.count == networks.count { try keep(found) }
    }
  }

  /// One at each place; nil as long as one is missing.
  var all: [Network]? {
    networks.withLock { networks in
      let found = networks.compactMap { $0 }
      return found.count == networks.count ? found : nil
    }
  }
}
