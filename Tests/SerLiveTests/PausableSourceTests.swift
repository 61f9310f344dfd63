import Capture
import Testing

@testable import ser_live

@Suite("Pausing and resetting a session")
struct PausableSourceTests {
  /// Counts upwards, two samples at a time, up to eight.
  private struct Counter: AudioSource, ~Copyable {
    let sampleRate = 16_000
    var count = 0

    mutating func read(into buffer: inout MutableSpan<Float>) -> Int {
      guard count < 8 else { return 0 }
      for index in 0..<2 { buffer[index] = Float(count + index + 1) }
      count += 2
      return 2
    }
  }

  @Test("While it is paused silence takes the place of the sound, and nothing waits")
  func silence() throws {
    let controls = SessionControls()
    var source = PausableSource(Counter(), controls)
    var heard: [Float] = []
    var buffer = [Float](repeating: -1, count: 2)
    for isPaused in [false, true, true, false] {
      controls.isPaused = isPaused
      var span = buffer.mutableSpan
      #expect(try source.read(into: &span) == 2)
      heard += buffer
    }
    var span = buffer.mutableSpan
    #expect(try source.read(into: &span) == 0)
    #expect(heard == [1, 2, 0, 0, 0, 0, 7, 8])
  }

  @Test("A wish for a reset is granted once; a latency that is not known is none")
  func controls() {
    let controls = SessionControls()
    #expect(!controls.takeReset() && controls.latency == nil)
    controls.requestReset()
    #expect(controls.takeReset() && !controls.takeReset())
    controls.latency = 0.05
    #expect(controls.latency == 0.05)
    controls.latency = nil
    #expect(controls.latency == nil)
  }
}
