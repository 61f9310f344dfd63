import Glibc
import Support
import Synchronization
import Testing

@testable import Training

@Suite struct ParallelTests {
  @Test func resultsKeepTheOrderOfTheElements() throws {
    #expect(Parallel.map(Array(0..<100)) { $0 * $0 } == (0..<100).map { $0 * $0 })
  }

  @Test func atMostSoManyJobsRunAtATime() {
    let running = Mutex(0)
    let most = Mutex(0)
    _ = Parallel.map(Array(0..<20), jobs: 2) { _ in
      let now = running.withLock { count in
        count += 1
        return count
      }
      most.withLock { $0 = max($0, now) }
      usleep(2000)
      running.withLock { $0 -= 1 }
    }
    #expect(1...2 ~= most.withLock { $0 })
  }

  /// The priority is one thread's on Linux; a program without privileges cannot take it back, which harms no other test.
  @Test func workersAreAsNiceAsTheirCaller() {
    let thisThread = __priority_which_t(PRIO_PROCESS.rawValue)
    let before = getpriority(thisThread, 0)
    _ = setpriority(thisThread, 0, before + 3)
    defer { _ = setpriority(thisThread, 0, before) }
    let expected = getpriority(thisThread, 0)
    let nice = Parallel.map(Array(0..<8)) { _ in
      usleep(5000)
      return getpriority(thisThread, 0)
    }
    #expect(nice.allSatisfy { $0 == expected })
  }
}
