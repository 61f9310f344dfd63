import Dispatch
import Glibc
import Synchronization

/// Work spread over several cores.
package enum Parallel {
  /// The results in the order of the elements, regardless of the order of completion.
  ///
  /// - Parameter jobs: the largest number of elements processed at a time; nil for the number of cores.
  /// - Throws: the error of the first failed element, in their order.
  package static func map<Element: Sendable, Result: Sendable, Failure: Error>(
    _ elements: [Element], jobs: Int? = nil, _ transform: @Sendable (Element) throws(Failure) -> Result
  ) throws(Failure) -> [Result] {
    let results = Mutex([Swift.Result<Result, Failure>?](repeating: nil, count: elements.count))
    let next = Atomic(0)
    // Dispatch's threads have an ordinary priority, regardless of `nice`.
    let thisThread = __priority_which_t(PRIO_PROCESS.rawValue)
    let niceness = getpriority(thisThread, 0)
    DispatchQueue.concurrentPerform(iterations: min(jobs ?? elements.count, elements.count)) { _ in
      _ = setpriority(thisThread, 0, niceness)
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < elements.count else { return }
        let result = Swift.Result<Result, Failure> { () throws(Failure) in try transform(elements[index]) }
        results.withLock { $0[index] = result }
      }
    }
    var values: [Result] = []
    for result in results.withLock({ $0 }) { values.append(try result!.get()) }
    return values
  }
}
