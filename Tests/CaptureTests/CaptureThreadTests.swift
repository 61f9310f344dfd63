import Glibc
import Testing

@testable import Capture

/// The capture thread and its consumer at full speed, for ThreadSanitizer to look at.
@Suite("Capture thread")
struct CaptureThreadTests {
  @Test("Samples, marks and counts cross from thread to thread in order")
  func crossing() throws {
    let shared = UnsafeMutablePointer<CaptureShared>.allocate(capacity: 1)
    shared.initialize(to: CaptureShared())
    // Small rings, so that both of them overflow and wrap.
    let samples = RingBuffer<Float>(capacity: 5003)
    let marks = RingBuffer<CaptureMark>(capacity: 3)
    let writer = CaptureWriter(samples: samples.producer, marks: marks.producer, shared: shared)
    let loop = CaptureLoop(device: StumblingDevice(), clock: MonotonicClock(), writer: writer)
    var reader = CaptureReader(samples: samples.consumer, marks: marks.consumer, sampleRate: StumblingDevice.rate)
    let (thread, _) = try CaptureThread.start(loop, shared: shared)

    var buffer = [Float](repeating: .nan, count: 700)
    var newest = 0
    var received = 0
    var faults = 0
    var codes: Set<CaptureWarning.Code> = []
    while newest < 2_000_000 {
      var span = buffer.mutableSpan
      let count = reader.read(into: &span)
      if count == 0 { shared.pointee.ready.wait(seconds: 0.01) }
      for sample in buffer.prefix(count) where sample != 0 {
        if Int(sample) <= newest { faults += 1 }
        newest = Int(sample)
        received += 1
      }
      codes.formUnion(reader.takeWarnings().map(\.code))
    }
    #expect(faults == 0)
    // What finds no room among the marks is counted all the same.
    #expect(codes.contains(.xrun) && shared.pointee.xruns.load(ordering: .relaxed) > 100)
    #expect(shared.pointee.disconnections.load(ordering: .relaxed) > 0)
    try #require(CaptureThread.stop(thread, shared: shared))
    // What the device gave has arrived, was counted as dropped, or waits in the ring.
    let dropped = shared.pointee.dropped.load(ordering: .relaxed)
    #expect(newest - received <= dropped)
    let origin = Double(bitPattern: shared.pointee.origin.load(ordering: .relaxed))
    #expect(abs(origin - MonotonicClock().now()) < 600)
    shared.deinitialize(count: 1)
    shared.deallocate()
  }
}

/// A device without hardware that always has samples, which count up from 1, and often fails.
private struct StumblingDevice: PCMDevice, ~Copyable {
  static let rate = 1_000_000
  let sampleRate = rate
  let periodFrames = 500
  let bufferFrames = 1000
  private var reads = 0
  private var next: Float = 1
  private(set) var state = PCMState.running

  mutating func open() -> Int32 { start() }
  mutating func close() { state = .disconnected }
  mutating func prepare() -> Int32 { 0 }
  mutating func start() -> Int32 {
    state = .running
    return 0
  }
  mutating func resume() -> Int32 { start() }
  mutating func wait(milliseconds: Int32) -> Int32 { Int32(POLLIN) }
  mutating func timeOfNextFrame() -> Double? { nil }

  mutating func read(into samples: inout MutableSpan<Float>) -> Int {
    reads += 1
    if reads % 5000 == 4000 {
      state = .disconnected
      return -Int(ENODEV)
    }
    if reads % 50 == 20 {
      state = .xrun
      return -Int(EPIPE)
    }
    if reads % 50 == 40 {
      state = .suspended
      return -Int(ESTRPIPE)
    }
    let count = reads % 499 + 1
    for index in 0..<count {
      samples[index] = next
      next += 1
    }
    return count
  }
}
