import Dispatch
import Synchronization

/// Work spread over all cores.
enum Parallel {
  /// The results in the order of the elements, whatever the order in which they were ready.
  ///
  /// - Throws: the error of the first element, in their order, that failed.
  static func map<Element: Sendable, Result: Sendable>(
    _ elements: [Element], _ transform: @Sendable (Element) throws -> Result
  ) throws -> [Result] {
    let results = Mutex([Swift.Result<Result, any Error>?](repeating: nil, count: elements.count))
    DispatchQueue.concurrentPerform(iterations: elements.count) { index in
      let result = Swift.Result { try transform(elements[index]) }
      results.withLock { $0[index] = result }
    }
    return try results.withLock { try $0.map { try $0!.get() } }
  }
}
