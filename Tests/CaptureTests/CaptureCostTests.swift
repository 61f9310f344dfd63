import AllocationCounter
import TestSupport
import Testing

@testable import Capture

/// What the capture thread may not do, counted through the real libasound.
@Suite(
  "Cost of the capture loop",
  .enabled(if: allocation_counter_works(), "a sanitizer has its own allocator, so nothing can be counted"))
struct CaptureCostTests {
  /// Heap allocations of this thread while `body` runs.
  private func allocations(_ body: () -> Void) -> Int {
    let before = allocation_count()
    body()
    return Int(allocation_count() - before)
  }

  @Test(
    "From the first step on it allocates nothing, whatever fails",
    arguments: [CountingSoundCard.Fault.none, .xrun, .suspend])
  func nothing(fault: CountingSoundCard.Fault) throws {
    try CountingSoundCard.exclusively(fault: fault, milliseconds: 200..<300) { _ in
      var rig = LiveRig(
        device: try ALSADevice.open(name: CountingSoundCard.device, channel: .mix, period: 10, buffer: 200))
      let end = MonotonicClock().now() + 0.6
      let count = allocations {
        while MonotonicClock().now() < end { rig.loop.step() }
      }
      #expect(count == 0)
      #expect(rig.xruns == (fault == .xrun ? 1 : 0))
      let samples = rig.drain()
      #expect(samples.count { $0 != 0 } > 4000)
      #expect(
        rig.reader.takeWarnings().map(\.code) == (fault == .xrun ? [.xrun] : fault == .suspend ? [.suspended] : []))
    }
  }
}

/// A capture loop on a device of the system, with both of its ends.
private struct LiveRig: ~Copyable {
  var loop: CaptureLoop<ALSADevice, MonotonicClock>
  var reader: CaptureReader
  // SAFETY: used by the loop and here, in one thread; freed with both.
  private let shared: UnsafeMutablePointer<CaptureShared>

  init(device: consuming ALSADevice) {
    shared = .allocate(capacity: 1)
    shared.initialize(to: CaptureShared())
    let rate = device.sampleRate
    let samples = RingBuffer<Float>(capacity: rate)
    let marks = RingBuffer<CaptureMark>(capacity: 16)
    loop = CaptureLoop(
      device: device, clock: MonotonicClock(),
      writer: CaptureWriter(samples: samples.producer, marks: marks.producer, shared: shared))
    reader = CaptureReader(samples: samples.consumer, marks: marks.consumer, sampleRate: rate)
  }

  deinit {
    shared.deinitialize(count: 1)
    shared.deallocate()
  }

  var xruns: Int { shared.pointee.xruns.load(ordering: .relaxed) }

  mutating func drain() -> [Float] {
    var samples: [Float] = []
    var buffer = [Float](repeating: .nan, count: 1000)
    while true {
      var span = buffer.mutableSpan
      let count = reader.read(into: &span)
      if count == 0 { return samples }
      samples += buffer.prefix(count)
    }
  }
}
