/// The capture thread's end: samples and marks go in, counted, and nothing blocks.
struct CaptureWriter: ~Copyable {
  private var samples: RingBuffer<Float>.Producer
  private var marks: RingBuffer<CaptureMark>.Producer
  // SAFETY: outlives the thread, see `Microphone`.
  let shared: UnsafeMutablePointer<CaptureShared>
  /// A mark that waits for room, or for more of its kind.
  private var pending: CaptureMark?
  /// Interleaved in what is written.
  private let channels: Int
  /// Index in the delivered stream of the next frame, missing ones included.
  private(set) var position = 0

  init(
    samples: consuming RingBuffer<Float>.Producer, marks: consuming RingBuffer<CaptureMark>.Producer,
    shared: UnsafeMutablePointer<CaptureShared>, channels: Int = 1
  ) {
    precondition(samples.capacity % channels == 0, "the ring holds whole frames")
    self.channels = channels
    self.samples = samples
    self.marks = marks
    self.shared = shared
  }

  /// Appends whole frames; those without room become a gap marked `dropped`.
  mutating func write(_ block: Span<Float>) {
    // A consumer that is too slow gets one long gap now and then instead of a hole in every period.
    if pending?.kind == .dropped, samples.room() < samples.capacity / 4 {
      return mark(.dropped, missing: block.count / channels)
    }
    // Samples must not overtake the mark of a gap before them.
    let written = flush() ? samples.write(block) : 0
    // The ring holds whole frames and takes whole ones, so it has room for whole ones.
    position += written / channels
    if written < block.count { mark(.dropped, missing: (block.count - written) / channels) }
  }

  /// Notes that something happened here and that `missing` frames are lost with it.
  mutating func mark(_ kind: CaptureMark.Kind, missing: Int = 0) {
    switch kind {
    case .dropped: shared.pointee.dropped.add(missing, ordering: .relaxed)
    default: shared.pointee.lost.add(missing, ordering: .relaxed)
    }
    if kind == .xrun { shared.pointee.xruns.add(1, ordering: .relaxed) }
    if kind == .disconnected { shared.pointee.disconnections.add(1, ordering: .relaxed) }
    position += missing
    if pending?.kind == kind || !flush() {
      // Without room for another mark this one's samples join the last: the sample clock is kept before the wording.
      pending!.missing += missing
    } else {
      pending = CaptureMark(kind: kind, position: samples.count, missing: missing)
    }
    // A drop grows for as long as the ring is full, and is news only once it is over.
    if kind != .dropped { _ = flush() }
  }

  /// Hands the pending mark over; false where there is no room for it.
  private mutating func flush() -> Bool {
    guard let mark = pending else { return true }
    guard marks.append(mark) else { return false }
    pending = nil
    return true
  }

  /// Publishes the monotonic time of sample 0.
  func publish(origin: Double) { shared.pointee.origin.store(origin.bitPattern, ordering: .relaxed) }
}
