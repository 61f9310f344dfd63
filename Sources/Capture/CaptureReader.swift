/// The consumer's end: inserts silence for missing samples and describes the events.
struct CaptureReader: ~Copyable {
  private var samples: RingBuffer<Float>.Consumer
  private var marks: RingBuffer<CaptureMark>.Consumer
  private let sampleRate: Int
  /// Number of interleaved channels.
  private let channels: Int
  /// Zeros to deliver before the next sample of the ring.
  private var owed = 0
  /// Frames delivered.
  private(set) var position = 0
  private var warnings: [CaptureWarning] = []
  private var disconnectedAt = 0

  init(
    samples: consuming RingBuffer<Float>.Consumer, marks: consuming RingBuffer<CaptureMark>.Consumer, sampleRate: Int,
    channels: Int = 1
  ) {
    self.channels = channels
    self.samples = samples
    self.marks = marks
    self.sampleRate = sampleRate
  }

  /// Whether the last read delivered zeros for missing frames.
  private(set) var isSubstitute = false

  /// In frames, like `capacity`.
  var highWaterMark: Int { samples.highWaterMark / channels }
  var capacity: Int { samples.capacity / channels }

  /// Moves the available whole frames to the front of `buffer`; 0 where there are none.
  mutating func read(into buffer: inout MutableSpan<Float>) -> Int {
    // In this order: a mark is published before the samples after it, so that once they are counted it is visible.
    var waiting = samples.available()
    while owed == 0, let mark = marks.peek() {
      let ahead = mark.position - samples.count
      if ahead > 0 {
        waiting = min(waiting, ahead)
        break
      }
      marks.removeFirst()
      warn(of: mark)
      owed = mark.missing * channels
    }
    let room = buffer.count - buffer.count % channels
    var count = min(waiting, room)
    isSubstitute = owed > 0
    if owed > 0 {
      count = min(owed, room)
      for index in 0..<count { buffer[index] = 0 }
      owed -= count
    } else if count > 0 {
      count = samples.read(into: &buffer, atMost: count)
    }
    position += count / channels
    return count
  }

  mutating func takeWarnings() -> [CaptureWarning] {
    defer { warnings = [] }
    return warnings
  }

  private mutating func warn(of mark: CaptureMark) {
    let lost = "\(mark.missing) samples (\(milliseconds(mark.missing)) ms) are missing and count as silence"
    switch mark.kind {
    case .xrun: warn(.xrun, "the device's buffer overflowed: \(lost)")
    case .dropped: warn(.dropped, "samples were not processed in time: \(lost)")
    case .suspended: warn(.suspended, "the machine slept: \(lost)")
    case .disconnected:
      disconnectedAt = position
      warn(.disconnected, "the device is gone, or its sound server delivers nothing; waiting for it to come back")
    case .reconnected:
      let away = milliseconds(position + mark.missing - disconnectedAt)
      warn(.reconnected, "the device is back after \(away) ms, which count as silence")
    case .absence: break
    }
  }

  private mutating func warn(_ code: CaptureWarning.Code, _ message: String) {
    warnings.append(CaptureWarning(code: code, sample: position, message: message))
  }

  private func milliseconds(_ samples: Int) -> Int { (samples * 1000 + sampleRate / 2) / sampleRate }
}
