/// The consumer's end: puts silence where samples are missing and words to what happened.
struct CaptureReader: ~Copyable {
  private var samples: RingBuffer<Float>.Consumer
  private var marks: RingBuffer<CaptureMark>.Consumer
  private let sampleRate: Int
  /// Zeros that are due before the next sample of the ring.
  private var owed = 0
  /// Samples delivered.
  private(set) var position = 0
  private var warnings: [CaptureWarning] = []
  private var disconnectedAt = 0

  init(
    samples: consuming RingBuffer<Float>.Consumer, marks: consuming RingBuffer<CaptureMark>.Consumer, sampleRate: Int
  ) {
    self.samples = samples
    self.marks = marks
    self.sampleRate = sampleRate
  }

  var highWaterMark: Int { samples.highWaterMark }
  var capacity: Int { samples.capacity }

  /// Moves what waits to the front of `buffer`; 0 where nothing does.
  mutating func read(into buffer: inout MutableSpan<Float>) -> Int {
    // In this order: a mark is published before the samples behind it, so that once they are counted it is visible.
    var waiting = samples.available()
    while owed == 0, let mark = marks.peek() {
      let ahead = mark.position - samples.count
      if ahead > 0 {
        waiting = min(waiting, ahead)
        break
      }
      marks.removeFirst()
      warn(of: mark)
      owed = mark.missing
    }
    var count = min(waiting, buffer.count)
    if owed > 0 {
      count = min(owed, buffer.count)
      for index in 0..<count { buffer[index] = 0 }
      owed -= count
    } else if count > 0 {
      count = samples.read(into: &buffer, atMost: count)
    }
    position += count
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
      warn(.disconnected, "the device is gone, or its sound server gives nothing; waiting for it to come back")
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
