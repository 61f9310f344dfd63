import Glibc
import Synchronization

/// A lock-free queue of fixed capacity between exactly one producer and one consumer.
///
/// Each end is move-only, so there cannot be two of a kind; hand one to another thread by consuming it.
///
///     let ring = RingBuffer<Float>(capacity: 48_000)
///     var producer = ring.producer   // for the capture thread
///     var consumer = ring.consumer   // for all other code
///
/// Both ends are wait-free: a `write` or `read` of *n* elements is O(*n*) in at most two copies. Nothing is ever
/// overwritten; what did not fit is counted in `dropped`. The memory is freed with the second end.
@frozen public struct RingBuffer<Element: BitwiseCopyable>: ~Copyable {
  /// The writing end; consume it to take it out.
  public let producer: Producer
  /// The reading end; consume it to take it out.
  public let consumer: Consumer

  /// Allocates an empty ring and touches all of its memory.
  ///
  /// - Parameter capacity: Elements that fit, at least 1; need not be a power of two.
  public init(capacity: Int) {
    let storage = RingStorage<Element>(capacity: capacity)
    producer = Producer(storage)
    consumer = Consumer(storage)
  }

  /// The writing end.
  public struct Producer: ~Copyable {
    private let storage: RingStorage<Element>
    private var written = 0
    // The consumer's last seen index: its cache line is fetched only when the ring looks too full.
    private var read = 0
    private var mostFilled = 0
    private var refused = 0

    init(_ storage: RingStorage<Element>) { self.storage = storage }

    deinit { storage.release() }

    /// Capacity in elements.
    public var capacity: Int { storage.capacity }

    /// Elements that did not fit, since the start.
    public var dropped: Int { refused }

    /// The largest number of elements that were waiting after any write.
    public var highWaterMark: Int { mostFilled }

    /// Elements written since the start.
    public var count: Int { written }

    /// A lower bound for the free space; the consumer can only increase it.
    public mutating func room() -> Int {
      read = storage.read.pointee.load(ordering: .acquiring)
      return storage.capacity - (written - read)
    }

    /// Appends as many elements from the front of `elements` as fit.
    ///
    /// - Returns: The number of elements written; the rest is counted in `dropped`.
    public mutating func write(_ elements: Span<Element>) -> Int {
      if storage.capacity - (written - read) < elements.count {
        // Acquire: pairs with the consumer's release; its copies out of the reused space have completed.
        read = storage.read.pointee.load(ordering: .acquiring)
      }
      let count = min(elements.count, storage.capacity - (written - read))
      storage.copyIn(elements, count: count, at: written)
      written += count
      // Release: a consumer that sees the new index sees the elements.
      storage.written.pointee.store(written, ordering: .releasing)

      if written - read > mostFilled {
        read = storage.read.pointee.load(ordering: .acquiring)
        mostFilled = max(mostFilled, written - read)
        storage.mostFilled.pointee.store(mostFilled, ordering: .relaxed)
      }
      if count < elements.count {
        refused += elements.count - count
        storage.dropped.pointee.store(refused, ordering: .relaxed)
      }
      return count
    }

    /// Appends one element, if it fits; a rejected element is not counted in `dropped`.
    mutating func append(_ element: Element) -> Bool {
      if storage.capacity == written - read {
        read = storage.read.pointee.load(ordering: .acquiring)
        if storage.capacity == written - read { return false }
      }
      // SAFETY: the span of one element does not leave the closure in which the pointer is valid.
      return withUnsafePointer(to: element) { write(Span(_unsafeStart: $0, count: 1)) } == 1
    }
  }

  /// The reading end.
  public struct Consumer: ~Copyable {
    private let storage: RingStorage<Element>
    private var read = 0
    // The producer's last seen index.
    private var written = 0

    init(_ storage: RingStorage<Element>) { self.storage = storage }

    deinit { storage.release() }

    /// Capacity in elements.
    public var capacity: Int { storage.capacity }

    /// Elements that the producer could not write, since the start.
    public var dropped: Int { storage.dropped.pointee.load(ordering: .relaxed) }

    /// The largest number of elements that were waiting after any write.
    public var highWaterMark: Int { storage.mostFilled.pointee.load(ordering: .relaxed) }

    /// Elements read since the start.
    public var count: Int { read }

    /// A lower bound for the available elements; the producer can only increase it.
    public mutating func available() -> Int {
      written = storage.written.pointee.load(ordering: .acquiring)
      return written - read
    }

    /// Moves waiting elements to the front of `buffer`.
    ///
    /// - Parameters:
    ///   - buffer: Caller-owned; only the front that the result counts is written.
    ///   - limit: The largest number to move.
    /// - Returns: The number of elements moved, at most `buffer.count`; 0 where the ring is empty.
    public mutating func read(into buffer: inout MutableSpan<Element>, atMost limit: Int = .max) -> Int {
      let wanted = min(buffer.count, limit)
      if written - read < wanted {
        // Acquire: pairs with the producer's release; the elements below the index have been written.
        written = storage.written.pointee.load(ordering: .acquiring)
      }
      let count = min(wanted, written - read)
      storage.copyOut(to: &buffer, count: count, at: read)
      read += count
      // Release: a producer that sees the new index may overwrite what has been copied out.
      storage.read.pointee.store(read, ordering: .releasing)
      return count
    }

    /// The oldest waiting element, which stays in the ring.
    mutating func peek() -> Element? {
      if written == read, available() == 0 { return nil }
      // SAFETY: the element lies below the producer's index, so it was written and stays until `removeFirst`.
      return storage.elements[read % storage.capacity]
    }

    /// Removes the element that `peek` returned.
    mutating func removeFirst() {
      precondition(read < written)
      read += 1
      storage.read.pointee.store(read, ordering: .releasing)
    }
  }
}

// SAFETY: an end owns its side of the storage, and being move-only it is used by one thread at a time; both sides
// access only the atomics and, alternately, elements that the release/acquire pairs above hand over.
extension RingBuffer.Producer: @unchecked Sendable {}
extension RingBuffer.Consumer: @unchecked Sendable {}
extension RingBuffer: @unchecked Sendable {}

/// The memory of both ends: the indices, each on its own cache lines, and the elements.
///
/// `written` and `read` count elements since the start and never wrap (2⁶³ samples last for millions of years), so
/// empty and full are distinct, and every capacity works.
struct RingStorage<Element: BitwiseCopyable> {
  // Two lines of 64 bytes: adjacent-line prefetchers fetch pairs.
  private static var line: Int { 128 }

  let capacity: Int
  let elements: UnsafeMutablePointer<Element>
  /// Written by the producer.
  let written: UnsafeMutablePointer<Atomic<Int>>
  let dropped: UnsafeMutablePointer<Atomic<Int>>
  let mostFilled: UnsafeMutablePointer<Atomic<Int>>
  /// Written by the consumer.
  let read: UnsafeMutablePointer<Atomic<Int>>
  /// Ends that are still alive.
  private let ends: UnsafeMutablePointer<Atomic<Int>>
  private let base: UnsafeMutableRawPointer

  init(capacity: Int) {
    precondition(capacity >= 1, "a ring needs room for at least one element")
    self.capacity = capacity
    let header = 3 * Self.line
    let byteCount = header + capacity * MemoryLayout<Element>.stride
    // SAFETY: one block, freed by the `release` of the second end. Each atomic lies at its own aligned offset and the
    // elements after them, on their own line; all are bound and initialised here.
    let base = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: Self.line)
    // Touching every page now keeps page faults out of the capture thread.
    memset(base, 0, byteCount)
    func atomic(_ offset: Int, _ value: Int) -> UnsafeMutablePointer<Atomic<Int>> {
      let pointer = (base + offset).bindMemory(to: Atomic<Int>.self, capacity: 1)
      pointer.initialize(to: Atomic(value))
      return pointer
    }
    let word = MemoryLayout<Atomic<Int>>.stride
    written = atomic(0, 0)
    dropped = atomic(word, 0)
    mostFilled = atomic(2 * word, 0)
    read = atomic(Self.line, 0)
    ends = atomic(2 * Self.line, 2)
    elements = (base + header).bindMemory(to: Element.self, capacity: capacity)
    // Locked where the limits permit it; a ring that pages out would only be slower.
    mlock(base, byteCount)
    self.base = base
  }

  /// Called once by each end.
  func release() {
    if ends.pointee.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
      munlock(base, 3 * Self.line + capacity * MemoryLayout<Element>.stride)
      base.deallocate()
    }
  }

  /// Copies the first `count` elements of `source` to the positions from `index` on, wrapping at most once.
  func copyIn(_ source: Span<Element>, count: Int, at index: Int) {
    let offset = index % capacity
    let first = min(count, capacity - offset)
    // SAFETY: `count` is at most `source.count` and at most the free space, so both copies stay inside and overlap no
    // element that the consumer still reads.
    source.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress else { return }
      (elements + offset).update(from: source, count: first)
      elements.update(from: source + first, count: count - first)
    }
  }

  /// Copies `count` elements from the positions from `index` on to the front of `target`, wrapping at most once.
  func copyOut(to target: inout MutableSpan<Element>, count: Int, at index: Int) {
    let offset = index % capacity
    let first = min(count, capacity - offset)
    // SAFETY: `count` is at most `target.count` and at most the available elements, which the producer does not touch.
    target.withUnsafeMutableBufferPointer { target in
      guard let target = target.baseAddress else { return }
      target.update(from: elements + offset, count: first)
      (target + first).update(from: elements, count: count - first)
    }
  }
}
