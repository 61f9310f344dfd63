import Capture
import Foundation
import Testing

@Suite("Ring buffer")
struct RingBufferTests {
  @Test("Every capacity with every chunk size keeps order and count", arguments: 1...64)
  func everyLayout(capacity: Int) {
    for writeSize in 1...(capacity + 2) {
      for readSize in [1, 2, 3, 7, capacity, capacity + 1] {
        let ring = RingBuffer<Int32>(capacity: capacity)
        var producer = ring.producer
        var consumer = ring.consumer
        var next: Int32 = 0
        var expected: Int32 = 0
        var refused = 0
        var mostFilled = 0
        var isInOrder = true
        for _ in 0..<(3 * capacity / writeSize + 3) {
          let chunk = (0..<Int32(writeSize)).map { next + $0 }
          let waiting = Int(next - expected)
          let written = producer.write(chunk.span)
          isInOrder = isInOrder && written == min(writeSize, capacity - waiting)
          next += Int32(written)
          refused += writeSize - written
          mostFilled = max(mostFilled, waiting + written)

          var buffer = [Int32](repeating: -1, count: readSize)
          var span = buffer.mutableSpan
          let count = consumer.read(into: &span)
          isInOrder =
            isInOrder && count == min(readSize, waiting + written)
            && buffer.prefix(count).elementsEqual(expected..<(expected + Int32(count)))
            && buffer.dropFirst(count).allSatisfy { $0 == -1 }
          expected += Int32(count)
        }
        #expect(isInOrder, "writes of \(writeSize), reads of \(readSize)")
        #expect(consumer.dropped == refused && producer.dropped == refused)
        #expect(consumer.highWaterMark == mostFilled && producer.highWaterMark == mostFilled)
      }
    }
  }

  @Test("What is full refuses, what is empty gives nothing, and a limit holds")
  func edges() {
    let ring = RingBuffer<Float>(capacity: 3)
    var producer = ring.producer
    var consumer = ring.consumer
    var buffer = [Float](repeating: 0, count: 8)
    var span = buffer.mutableSpan
    #expect(consumer.read(into: &span) == 0)
    #expect(producer.write([Float]().span) == 0)
    #expect(producer.write(([1, 2, 3, 4, 5] as [Float]).span) == 3)
    #expect(producer.write(([6] as [Float]).span) == 0)
    #expect(consumer.dropped == 3)
    #expect(consumer.available() == 3)
    #expect(consumer.read(into: &span, atMost: 2) == 2)
    #expect(producer.write(([7, 8, 9] as [Float]).span) == 2)
    #expect(consumer.read(into: &span) == 3)
    #expect(consumer.count == 5)
    #expect(buffer.prefix(3) == [3, 7, 8])
  }

  @Test("An end may outlive the other, on either side")
  func lifetimes() {
    let ring = RingBuffer<Float>(capacity: 2)
    var consumer = Self.fill(ring.producer, ring.consumer)
    var buffer: [Float] = [0]
    var span = buffer.mutableSpan
    #expect(consumer.read(into: &span) == 1)
    #expect(buffer == [42])
  }

  private static func fill(
    _ producer: consuming RingBuffer<Float>.Producer, _ consumer: consuming RingBuffer<Float>.Consumer
  ) -> RingBuffer<Float>.Consumer {
    _ = producer.write(([42] as [Float]).span)
    return consumer
  }

  /// ThreadSanitizer is present, which looks at each access and takes its time.
  private static let isSanitized = dlsym(nil, "__tsan_init") != nil

  @Test(
    "Two threads at full speed lose and reorder nothing",
    arguments: [(262_147, 100_000_000), (1021, 1_000_000), (16, 100_000)])
  func twoThreads(capacity: Int, count: UInt32) {
    let total = Self.isSanitized ? min(count, 5_000_000) : count
    let ring = RingBuffer<UInt32>(capacity: capacity)
    let end = Handover(ring.producer)
    let thread = Thread {
      var producer = end.take()
      var chunk = [UInt32](repeating: 0, count: 509)
      var next: UInt32 = 0
      var size = 1
      while next < total {
        let count = min(size, Int(total - next))
        for index in 0..<count { chunk[index] = next &+ UInt32(index) }
        let written = producer.write(chunk.span.extracting(first: count))
        next += UInt32(written)
        // Where both ends share one core, the other one shall have its turn.
        if written == 0 { sched_yield() }
        size = size % 509 + 1
      }
    }
    thread.start()
    var consumer = ring.consumer
    var buffer = [UInt32](repeating: 0, count: 487)
    var expected: UInt32 = 0
    var faults = 0
    while expected < total {
      var span = buffer.mutableSpan
      let count = consumer.read(into: &span, atMost: Int(expected % 487) + 1)
      if count == 0 { sched_yield() }
      for index in 0..<count {
        if buffer[index] != expected { faults += 1 }
        expected &+= 1
      }
    }
    #expect(faults == 0)
    #expect(expected == total)
    #expect(consumer.highWaterMark <= capacity)
  }
}

/// Carries a move-only value into another thread's closure.
private final class Handover<Value: ~Copyable>: @unchecked Sendable {
  // SAFETY: written before the thread starts, taken once by it.
  private var value: Value?
  init(_ value: consuming Value) { self.value = consume value }
  func take() -> Value { value.take()! }
}
