/// The capture thread's end: writes samples and marks, counts them, and never blocks.
struct CaptureWriter: ~Copyable {
  private var samples: RingBuffer<Float>.Producer
  private var marks: RingBuffer<CaptureMark>.Producer
  // SAFETY: outlives the thread, see `Microphone`.
  let shared: UnsafeMutablePointer<CaptureShared>
  /// A mark that waits for room or can still be merged with more of its kind.
  private var pending: CaptureMark?
  /// Number of interleaved channels.
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

  /// Appends whole frames; frames that do not fit become a gap marked `dropped`.
  mutating func write(_ block: Span<Float>) {
    // A slow consumer gets an occasional long gap instead of a hole in every period.
    if pending?.kind == .dropped, samples.room() < samples.capacity / 4 {
      return mark(.dropped, missing: block.count / channels)
    }
    // Samples must not overtake the mark of a gap before them.
    let written = flush() ? samples.write(block) : 0
    // The ring holds and accepts only whole frames, so its free space is a multiple of the frame.
    position += written / channels
    if written < block.count { mark(.dropped, missing: (block.count - written) / channels) }
  }

  /// Marks an event here, and `missing` frames that are lost with it.
  mutating func mark(_ kind: CaptureMark.Kind, missing: Int = 0) {
    switch kind {
    case .dropped: shared.pointee.dropped.add(missing, ordering: .relaxed)
    default: shared.pointee.lost.add(missing, ordering: .relaxed)
    }
    if kind == .xrun { shared.pointee.xruns.add(1, ordering: .relaxed) }
    if kind == .disconnected { shared.pointee.disconnections.add(1, ordering: .relaxed) }
    position += missing
    if pending?.kind == kind || !flush() {
      // Without room for another mark, its samples are added to the last: the sample clock takes precedence over the
      // description.
      pending!.missing += missing
    } else {
      pending = CaptureMark(kind: kind, position: samples.count, missing: missing)
    }
    // A drop grows for as long as the ring is full, and is reported only when it ends.
    if kind != .dropped { _ = flush() }
  }

  /// Writes the pending mark; false where there is no room for it.
  private mutating func flush() -> Bool {
    guard let mark = pending else { return true }
    guard marks.append(mark) else { return false }
    pending = nil
    return true
  }

  /// Publishes the monotonic time of sample 0.
  func publish(origin: Double) { shared.pointee.origin.store(origin.bitPattern, ordering: .relaxed) }
}
