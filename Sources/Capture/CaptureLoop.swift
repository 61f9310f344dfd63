import Glibc

/// The recovery logic of a capture device: a state machine that turns any behaviour of the device into an unbroken
/// stream.
///
/// The rules, learnt from cubeb, PipeWire, JACK, PortAudio and cpal:
/// - After an overflow the PCM is prepared and started explicitly, and the elapsed time becomes a gap.
/// - The result of poll is not trusted: the state is queried after it, and a read is tried after a time-out.
/// - A suspended PCM is resumed, repeatedly on EAGAIN, and fully recovered where it cannot be resumed.
/// - A device is closed if it is gone, fails in other ways, never delivers after recoveries or is silent for too long.
///   It is reopened with growing pauses, while silence keeps the sample clock running.
///
/// `step` runs on the capture thread: it does not allocate, lock, log or count references.
struct CaptureLoop<Device: PCMDevice & ~Copyable, Clock: CaptureClock>: ~Copyable {
  private enum Phase {
    case running
    case suspended(since: Double)
    case lost(nextAttempt: Double)
  }

  /// Consecutive recoveries without a sample after which the device counts as lost.
  private static var fruitlessRecoveries: Int { 8 }
  /// Seconds without a sample after which the device counts as lost. A sound server may need 2 s for the first samples.
  private static var patience: Double { 5 }
  /// Pauses between attempts to reopen, in seconds: doubled from the first to the second.
  private static var pauses: ClosedRange<Double> { 0.1...2 }
  /// The longest sleep while a device is away or delivers nothing, in seconds: the longest delay of a stop request.
  private static var nap: Double { 0.05 }
  /// Seconds by which a driver's time stamp may be off before it counts as a new start rather than jitter.
  private static var jitter: Double { 0.1 }
  /// Seconds of samples that may arrive ahead of time: a sound server catches up in bursts.
  private static var longestLead: Double { 1 }

  private var device: Device
  private let clock: Clock
  private var writer: CaptureWriter
  private let block: Storage<Float>
  private let rate: Double
  private let channels: Int

  private var phase = Phase.running
  private var recoveries = 0
  private var spuriousWakeUps = 0
  private var pause = pauses.lowerBound
  private var lastData: Double
  /// Seconds of samples that arrived ahead of time.
  private var lead = 0.0
  /// Estimate of the monotonic time of sample 0.
  private var origin: Double
  /// Whether `origin` comes from the device's samples rather than from the time of the start.
  private var isAnchored = false
  /// The pending report: the gap before the next samples can be measured only when they arrive.
  private var report: CaptureMark.Kind?

  /// - Parameter device: Open and started.
  init(device: consuming Device, clock: Clock, writer: consuming CaptureWriter) {
    rate = Double(device.sampleRate)
    channels = device.deliveredChannels
    block = Storage(repeating: 0, count: max(device.bufferFrames, 1) * channels)
    self.device = device
    self.clock = clock
    self.writer = writer
    lastData = clock.now()
    origin = lastData
    self.writer.publish(origin: origin)
  }

  /// Waits for the device once and handles the result; returns within 0.3 s unless libasound itself blocks.
  mutating func step() {
    switch phase {
    case .running: run()
    case .suspended(let since): resume(since: since)
    case .lost(let nextAttempt): reopen(at: nextAttempt)
    }
  }

  private mutating func run() {
    let periods = Int32(2000 * Double(device.periodFrames) / rate) + 1
    let events = device.wait(milliseconds: min(periods, 100))
    if events < 0, events != -EINTR { return fail(Int(events)) }
    if events > 0, events & Int32(POLLHUP | POLLNVAL) != 0 { return lose() }
    switch device.state {
    case .running: read(expected: events > 0)
    case .stopped, .xrun: recover(as: .xrun)
    case .suspended: phase = .suspended(since: clock.now())
    case .disconnected: lose()
    }
  }

  private mutating func read(expected: Bool) {
    let time = device.timeOfNextFrame()
    var samples = block.elements.mutableSpan
    let count = device.read(into: &samples)
    if count > 0 { return deliver(count, time: time) }
    if count < 0, count != -Int(EAGAIN), count != -Int(EINTR) { return fail(count) }
    let now = clock.now()
    if now - lastData > Self.patience { return lose() }
    if expected {
      // Occasional spurious wake-ups are normal; a descriptor that is always ready must not cause a busy loop.
      spuriousWakeUps += 1
      if spuriousWakeUps > 4 { clock.sleep(seconds: min(Self.nap, Double(device.periodFrames) / rate)) }
    }
  }

  private mutating func fail(_ code: Int) {
    switch Int32(-code) {
    case EPIPE, EBADFD: recover(as: .xrun)
    case ESTRPIPE: phase = .suspended(since: clock.now())
    default: lose()
    }
  }

  private mutating func deliver(_ count: Int, time: Double?) {
    let now = clock.now()
    // Without a plausible stamp: the newest sample is as old as the read.
    let oldest = now - Double(device.bufferFrames) / rate - 2
    let first = time.map { $0 <= now && $0 >= oldest ? $0 : nil } ?? nil
    let measured = first ?? now - Double(count) / rate

    let expected = origin + Double(writer.position) / rate
    if let kind = report {
      writer.mark(
        kind, missing: isAnchored || kind == .reconnected ? max(0, Int(((measured - expected) * rate).rounded())) : 0)
      report = nil
    }
    // A first-order loop: averages the jitter of the stamps over ten blocks, and follows the drift of the device's
    // clock.
    let error = measured - (origin + Double(writer.position) / rate)
    origin += isAnchored && abs(error) < Self.jitter ? 0.1 * error : error
    isAnchored = true
    writer.publish(origin: origin)
    writer.write(block.elements.span.extracting(first: count * channels))

    // Software devices without a clock (`null`, `file`) deliver as fast as they are read. This clock paces them,
    // because a real-time thread must not spin. The hundredth tolerates real devices with fast clocks.
    lead = max(0, lead + Double(count) / rate - 1.01 * (now - lastData))
    if lead > Self.longestLead { clock.sleep(seconds: min(lead - Self.longestLead, 0.2)) }

    lastData = now
    recoveries = 0
    spuriousWakeUps = 0
    pause = Self.pauses.lowerBound
  }

  private mutating func recover(as kind: CaptureMark.Kind) {
    recoveries += 1
    phase = .running
    if recoveries > Self.fruitlessRecoveries { return lose() }
    if report == nil { report = kind }
    // An explicit start: a capture PCM that was only prepared does not start by itself.
    if device.prepare() < 0 || device.start() < 0 { lose() }
  }

  private mutating func resume(since: Double) {
    let result = device.resume()
    // Plugins of libasound report a resume in any case.
    let isPatient = result == -EAGAIN || result == 0 && device.state == .suspended
    if result == 0, !isPatient {
      if report == nil { report = .suspended }
      lastData = clock.now()
      phase = .running
    } else if isPatient, clock.now() - since < Self.patience {
      clock.sleep(seconds: Self.nap)
    } else {
      recover(as: .suspended)
    }
  }

  private mutating func lose() {
    // A device that was reopened but has not delivered yet was never reported as reconnected.
    if report != .reconnected { writer.mark(.disconnected) }
    report = .reconnected
    device.close()
    phase = .lost(nextAttempt: clock.now() + pause)
    pause = min(2 * pause, Self.pauses.upperBound)
  }

  private mutating func reopen(at attempt: Double) {
    let wait = attempt - clock.now()
    if wait > 0 { clock.sleep(seconds: min(wait, Self.nap)) }
    let now = clock.now()
    let missing = Int((now - origin) * rate) - writer.position
    if missing > 0 { writer.mark(.absence, missing: missing) }
    if now < attempt { return }
    let opened = device.open()
    if opened == -EINPROGRESS {
      phase = .lost(nextAttempt: clock.now() + Self.nap)
      return
    }
    if opened >= 0 {
      if device.start() >= 0 {
        recoveries = 0
        spuriousWakeUps = 0
        lastData = clock.now()
        phase = .running
        return
      }
      device.close()
    }
    phase = .lost(nextAttempt: clock.now() + pause)
    pause = min(2 * pause, Self.pauses.upperBound)
  }
}
