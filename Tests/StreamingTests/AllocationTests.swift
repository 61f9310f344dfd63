import AllocationCounter
import TestSupport
import Testing

@testable import Streaming

/// After warm-up nothing between the capture thread and the sink allocates, but for the events that are reported.
@Suite(.enabled(if: allocation_counter_works(), "a sanitizer has its own allocator, so nothing can be counted"))
struct AllocationTests {
  /// Heap allocations of this thread while `body` runs.
  private func allocations(_ body: () throws -> Void) rethrows -> Int {
    let before = allocation_count()
    try body()
    return Int(allocation_count() - before)
  }

  @Test func theCounterCounts() {
    #expect(allocations { withExtendedLifetime([Int](repeating: 1, count: 1000)) {} } >= 1)
    #expect(allocations {} == 0)
  }

  @Test(arguments: [16000, 48000])
  func onlyEventsAllocate(rate: Int) throws {
    var speech: [Float] = []
    for recording in Recordings.allCases {
      speech += rate == 16000 ? try Sounds.recording(recording) : try recording.samples().samples
    }
    var pipeline = try Pipeline(Recognizer.builtIn, inputRate: rate)
    let hop = rate / 25
    var hops = 0
    var hopsInSpeech = 0
    var events = 0
    // Half a minute to warm up, then three minutes.
    for round in 0..<30 {
      for start in stride(from: 0, to: speech.count - hop, by: hop) {
        let chunk = speech.span.extracting(start..<start + hop)
        var eventsOfHop = 0
        let count = allocations { pipeline.push(chunk) { _ in eventsOfHop += 1 } }
        guard round >= 5 else { continue }
        hops += 1
        events += eventsOfHop
        if pipeline.snapshot.speech { hopsInSpeech += 1 }
        // An event holds at most two arrays; the list of events keeps its storage.
        #expect(count <= 2 * eventsOfHop, "round \(round), sample \(start)")
      }
    }
    #expect(hops > 4000)
    #expect(hopsInSpeech > 1000)
    #expect(events > 100)
  }

  /// Workspaces that were made while others were taken all come back.
  @Test func givingWorkspacesBackDoesNotAllocate() {
    let configuration = FrontEndConfiguration()
    let tables = FrontEndTables.shared(configuration)
    func make() -> FrontEndWorkspace { FrontEndWorkspace(configuration, tables) }
    let pool = WorkspacePool()
    var taken: [FrontEndWorkspace] = []
    for _ in 0..<4 {
      pool.join(make)
      taken.append(pool.take(or: make))
    }
    #expect(Set(taken.map(ObjectIdentifier.init)).count == 4)
    #expect(allocations { for workspace in taken { pool.give(workspace) } } == 0)
  }

  /// Every feature, in every geometry and with every option, with a gate and without.
  @Test(arguments: [FrontEndConfiguration.all, .short, .gaps, .options])
  func rowsDoNotAllocate(configuration: FrontEndConfiguration) throws {
    var frontEnd = try FrontEnd(configuration)
    let samples = try Sounds.recording(.angry)
    var rows = 0
    frontEnd.push(samples.span) { _ in rows += 1 }
    let count = allocations {
      frontEnd.push(samples.span) { _ in rows += 1 }
      frontEnd.push(samples.span) { _, _ in rows += 1 }
    }
    #expect(rows > 50)
    #expect(count == 0)
  }

  /// What never allocates cannot grow.
  @Test func minutesOfNoiseTakeNoMemory() throws {
    var pipeline = try Pipeline(Recognizer.builtIn, inputRate: 16000)
    let noise = Sounds.noise(slope: 1, seconds: 10, level: -30)
    pipeline.push(noise.span) { Issue.record("\($0)") }
    let count = allocations {
      for _ in 0..<60 { pipeline.push(noise.span) { Issue.record("\($0)") } }
    }
    #expect(count == 0)
  }
}
