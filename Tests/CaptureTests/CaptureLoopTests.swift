import Glibc
import Testing

@testable import Capture

/// The values `from`…`through` that the scripted device counts.
private func count(_ from: Int, _ through: Int) -> [Float] { (from...through).map { Float($0) } }
private func zeros(_ count: Int) -> [Float] { [Float](repeating: 0, count: count) }

@Suite("Capture loop")
struct CaptureLoopTests {
  @Test("Samples pass in order, whatever the sizes of reads")
  func shortReads() {
    var rig = Rig()
    rig.script.reads = [1, 9, 3, 0, 17, 100, 2].map { .frames($0) }
    rig.step(8)
    #expect(rig.drain(chunk: 7) == count(1, 142))
    #expect(rig.reader.takeWarnings() == [])
    #expect(rig.script.calls == [])
  }

  @Test("After an overflow the device is prepared and started, and the time lost is silence in its place")
  func overflow() {
    var rig = Rig()
    rig.step(5)
    // The device stands still for 0.08 s, of which the next period is the last hundredth.
    rig.script.reads = [.error(EPIPE)]
    rig.script.waits = [(Int32(POLLIN | POLLERR), 0.07)]
    rig.step(3)
    #expect(rig.script.calls == ["prepare", "start"])
    #expect(rig.drain() == count(1, 50) + zeros(70) + count(51, 70))
    let warnings = rig.reader.takeWarnings()
    #expect(warnings.map(\.code) == [.xrun])
    #expect(warnings[0].sample == 50)
    #expect(warnings[0].message.contains("70 samples (70 ms)"))
    #expect(rig.xruns == 1 && rig.lost == 70)
    #expect(abs(rig.origin - 1000) < 1e-9)
  }

  @Test("An overflow that poll did not tell of is found by asking for the state", arguments: [PCMState.xrun, .stopped])
  func missedEvent(state: PCMState) {
    var rig = Rig()
    rig.step(2)
    rig.script.waits = [(0, 0.1)]
    rig.script.states = [state]
    rig.step(2)
    #expect(rig.script.calls == ["prepare", "start"])
    #expect(rig.drain() == count(1, 20) + zeros(100) + count(21, 30))
  }

  @Test("A recovery that fails, or that never leads to samples, ends in reopening")
  func fruitless() {
    for (prepares, starts) in [([-EPIPE], []), ([], [-EIO])] as [([Int32], [Int32])] {
      var rig = Rig()
      rig.step()
      rig.script.reads = [.error(EPIPE)]
      rig.script.prepares = prepares
      rig.script.starts = starts
      rig.step()
      #expect(rig.script.calls.last == "close")
      #expect(rig.disconnections == 1)
    }
    var rig = Rig()
    rig.step()
    rig.script.reads = Array(repeating: .error(EPIPE), count: 9)
    rig.step(9)
    #expect(rig.script.calls.filter { $0 == "prepare" }.count == 8)
    #expect(rig.script.calls.last == "close")
  }

  @Test("A suspended device is resumed, as often as it asks for patience")
  func suspended() {
    var rig = Rig()
    rig.step(1)
    rig.script.reads = [.error(ESTRPIPE)]
    rig.script.resumes = [-EAGAIN, -EAGAIN, -EAGAIN, 0]
    // The failed wait, three naps of 50 ms and the period that is read: 10 samples come, 160 are missing.
    rig.step(6)
    #expect(rig.script.calls == ["resume", "resume", "resume", "resume"])
    #expect(rig.drain() == count(1, 10) + zeros(160) + count(11, 20))
    #expect(rig.reader.takeWarnings().map(\.code) == [.suspended])
  }

  @Test(
    "A suspended device that cannot resume, or not in time, is recovered in full", arguments: [ENOSYS, EIO, EAGAIN])
  func cannotResume(code: Int32) {
    var rig = Rig()
    rig.step(1)
    rig.script.states = [.suspended]
    rig.script.resumes = Array(repeating: -code, count: code == EAGAIN ? 1000 : 1)
    while !rig.script.calls.contains("start") { rig.step() }
    rig.step()
    #expect(rig.script.calls.filter { $0 != "resume" } == ["prepare", "start"])
    #expect(rig.reader.takeWarnings().isEmpty)
    let samples = rig.drain()
    #expect(samples.suffix(10) == count(11, 20)[...])
    #expect(abs(Double(samples.count) - (rig.script.time - 1000) * 1000) < 1.5)
    #expect(rig.reader.takeWarnings().map(\.code) == [.suspended])
  }

  @Test("A device that says it resumed but stays suspended is recovered in full")
  func resumedInWords() {
    var rig = Rig()
    rig.step(1)
    rig.script.states = Array(repeating: .suspended, count: 1000)
    while !rig.script.calls.contains("prepare") { rig.step() }
    #expect((5...5.2).contains(rig.script.time - 1000))
    #expect(rig.script.sleeps.count == rig.script.calls.count { $0 == "resume" } - 1)
    rig.script.states = []
    rig.step()
    #expect(rig.drain().suffix(10) == count(11, 20)[...])
    #expect(rig.reader.takeWarnings().map(\.code) == [.suspended])
  }

  @Test(
    "A device that is gone is reopened with growing pauses while silence keeps the clock",
    arguments: [
      "ENODEV", "EIO", "ENOTTY", "poll POLLHUP", "poll POLLNVAL", "poll error", "state",
    ])
  func gone(how: String) {
    var rig = Rig()
    let script = rig.script
    rig.step(3)
    switch how {
    case "ENODEV": script.reads = [.error(ENODEV)]
    case "EIO": script.reads = [.error(EIO)]
    case "ENOTTY": script.reads = [.error(ENOTTY)]
    case "poll POLLHUP": script.waits = [(Int32(POLLHUP | POLLIN), 0)]
    case "poll POLLNVAL": script.waits = [(Int32(POLLNVAL), 0)]
    case "poll error": script.waits = [(-EBADF, 0)]
    default: script.states = [.disconnected]
    }
    script.opens = Array(repeating: -ECONNREFUSED, count: 7)
    let begin = script.time
    rig.step()
    #expect(script.calls == ["close"])
    _ = rig.drain()
    #expect(rig.reader.takeWarnings().map(\.code) == [.disconnected])

    // While it is away there are zeros, as many as time passes, and sleeps instead of a spin.
    var steps = 0
    while !script.calls.contains("start") {
      rig.step()
      steps += 1
    }
    let away = script.time - begin
    // 0.1 + 0.2 + 0.4 + 0.8 + 1.6 + 2 + 2 + 2
    #expect(abs(away - 9.1) < 0.1)
    #expect(script.sleeps.allSatisfy { $0 <= 0.05 } && Double(steps) < away / 0.05 + 20)
    let silence = rig.drain()
    #expect(silence.allSatisfy { $0 == 0 })
    #expect(abs(Double(silence.count) - away * 1000) < 60)
    #expect(rig.reader.takeWarnings() == [])

    rig.step(2)
    let back = rig.drain()
    #expect(back.suffix(20) == count(31, 50)[...])
    let warnings = rig.reader.takeWarnings()
    #expect(warnings.map(\.code) == [.reconnected])
    // The first new sample lies where its time puts it.
    let total = rig.reader.position
    #expect(abs(Double(total) - (script.time - 1000) * 1000) <= 1)
    #expect(rig.disconnections == 1)
  }

  @Test("A device whose reopening takes long is asked often, and silence goes on meanwhile")
  func slowReopening() {
    var rig = Rig()
    rig.step()
    rig.script.states = [.disconnected]
    // A refusal lengthens the pause, being busy doesn't: 3 s at a twentieth each.
    rig.script.opens = Array(repeating: -EINPROGRESS, count: 60)
    let begin = rig.script.time
    while !rig.script.calls.contains("start") { rig.step() }
    #expect(rig.script.calls.first == "close" && rig.script.calls.count { $0 == "close" } == 1)
    #expect(rig.script.calls.count { $0 == "open" } == 61)
    #expect(abs(rig.script.time - begin - 3.1) < 0.1)
    let silence = rig.drain()
    #expect(abs(Double(silence.count) - (rig.script.time - begin) * 1000) < 60)
    rig.step(2)
    _ = rig.drain()
    #expect(rig.reader.takeWarnings().map(\.code) == [.disconnected, .reconnected])
  }

  @Test("A device that reopens but never delivers is one absence, not many")
  func flapping() {
    var rig = Rig()
    rig.step()
    rig.script.reads = Array(repeating: .error(ENODEV), count: 5)
    while rig.script.calls.filter({ $0 == "open" }).count < 5 { rig.step() }
    rig.step(3)
    let samples = rig.drain()
    #expect(rig.reader.takeWarnings().map(\.code) == [.disconnected, .reconnected])
    #expect(abs(Double(samples.count) - (rig.script.time - 1000) * 1000) <= 1)
  }

  @Test("A device that is silent for five seconds is taken for lost", arguments: [Int32(0), Int32(POLLERR)])
  func silent(events: Int32) {
    var rig = Rig()
    rig.step()
    rig.script.waits = Array(repeating: (events, 0.1), count: 100)
    rig.script.reads = Array(repeating: .error(EAGAIN), count: 100)
    let begin = rig.script.time
    while rig.script.calls.isEmpty { rig.step() }
    #expect(rig.script.calls == ["close"])
    #expect((5...5.3).contains(rig.script.time - begin))
  }

  @Test("Wake-ups for nothing do not become a spin", arguments: [Int32(0), EAGAIN])
  func spurious(code: Int32) {
    var rig = Rig()
    rig.step()
    rig.script.waits = Array(repeating: (Int32(POLLIN), 0), count: 40)
    rig.script.reads = Array(repeating: code == 0 ? .frames(0) : .error(code), count: 40)
    rig.step(40)
    #expect(rig.script.sleeps.count == 36)
    #expect(rig.script.calls == [])
    rig.step()
    #expect(rig.drain() == count(1, 20))
  }

  @Test("A device without a clock is paced by ours")
  func unpaced() {
    var rig = Rig()
    rig.script.waits = Array(repeating: (Int32(POLLIN), 0), count: 1000)
    rig.script.reads = Array(repeating: .frames(100), count: 1000)
    rig.step(1000)
    let samples = rig.drain()
    #expect(samples == count(1, 100_000))
    #expect(abs(rig.script.time - 1100) < 2)
  }

  @Test("An interrupted call changes nothing")
  func interrupted() {
    var rig = Rig()
    rig.step()
    rig.script.waits = [(-EINTR, 0.001), (Int32(POLLIN), 0.009)]
    rig.script.reads = [.error(EINTR)]
    rig.step(2)
    #expect(rig.drain() == count(1, 20))
    #expect(rig.script.calls == [])
    #expect(rig.reader.takeWarnings() == [])
  }

  @Test("A time-out with samples there loses none of them")
  func timeOut() {
    var rig = Rig()
    rig.script.waits = [(0, 0.01), (0, 0.01)]
    rig.step(2)
    #expect(rig.drain() == count(1, 20))
  }

  @Test("Impossible stamps fall back to the time of the read")
  func stamps() {
    var rig = Rig()
    rig.script.stampErrors = [nil, 3600, -3600, 0, nil, 1e9, -999]
    rig.step(20)
    #expect(abs(rig.origin - 1000) < 1e-6)
  }

  @Test("Jitter of the stamps is averaged, a slow clock is followed")
  func jitter() {
    var rig = Rig()
    rig.script.stampErrors = (0..<400).map { $0 == 0 ? 0 : $0 % 2 == 0 ? -0.004 : -0.002 }
    rig.step(400)
    #expect(abs(rig.origin - 999.997) < 0.0005)

    var slow = Rig()
    // 200 ppm slow: a period takes 10.002 ms.
    slow.script.waits = Array(repeating: (Int32(POLLIN), 0.010_002), count: 5000)
    slow.step(5000)
    let error = slow.origin + Double(slow.drain().count) / 1000 - slow.script.time
    #expect(abs(error) < 0.0001)
  }

  @Test("What a slow consumer does not take is dropped, counted exactly and silence in its place")
  func dropped() {
    var rig = Rig(ring: 95)
    rig.step(20)
    #expect(rig.dropped == 105)
    let early = rig.drain()
    #expect(early == count(1, 95))
    rig.step(2)
    let late = rig.drain()
    #expect(late == zeros(105) + count(201, 220))
    let warnings = rig.reader.takeWarnings()
    #expect(warnings.map(\.code) == [.dropped])
    #expect(warnings.first?.sample == 95)
    #expect(warnings.first?.message.contains("105 samples") == true)
    #expect(rig.reader.highWaterMark == 95)
  }

  @Test("Without room for more marks the sample clock is kept all the same")
  func manyMarks() {
    var rig = Rig(ring: 50, marks: 2)
    for _ in 0..<6 {
      rig.script.reads += [.frames(10), .error(EPIPE)]
    }
    rig.step(13)
    for _ in 0..<20 {
      _ = rig.drain()
      rig.step()
    }
    _ = rig.drain()
    #expect(abs(Double(rig.reader.position) - (rig.script.time - 1000) * 1000) <= 1)
    #expect(rig.xruns == 6)
    #expect(rig.dropped > 0)
  }
}
