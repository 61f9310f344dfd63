import Glibc
import Support
import Synchronization

/// A microphone: an ALSA capture PCM, read by a separate thread.
///
/// The index of a delivered sample is the sample clock: samples lost to an overflow, a slow consumer or a disconnected
/// device are delivered as zeros and reported by `takeWarnings`.
public struct Microphone: AudioSource, ~Copyable {
  /// Capacity of the ring, in seconds: how long a consumer may stall before samples are dropped.
  public static let ringSeconds = 4

  /// Samples per second, as negotiated with the device.
  public let sampleRate: Int
  /// The number of open channels where all are selected, otherwise 1.
  public let deliveredChannels: Int
  /// Whether the capture thread runs at real-time priority; without it, overflows may occur under load.
  public let hasRealTimePriority: Bool
  /// The negotiated settings, human-readable.
  public let configuration: String

  private var reader: CaptureReader
  private let stop: StopFlag
  private let thread: pthread_t
  // SAFETY: used by this value and by the capture thread; freed in `deinit`, after the thread has ended.
  private let shared: UnsafeMutablePointer<CaptureShared>

  /// Opens a device and starts to capture.
  ///
  /// - Parameters:
  ///   - device: Its ALSA name, as in `Devices.list`.
  ///   - channel: The channels to deliver; a single one has a number from 1 to 8.
  ///   - count: The number of channels to open, unless a single one is selected.
  ///   - period: Milliseconds between wake-ups, 1…1000; a device may round it.
  ///   - buffer: Milliseconds that the device holds before it overflows, at least two periods and at most 10 000.
  ///   - stop: Ends the stream, or the wait for the device, within a tenth of a second after it is set.
  ///   - waiting: Receives a sentence about the wait, where the device is not open after 2 s.
  /// - Throws: `usage` where a number is out of range, `deviceUnavailable` where the device cannot be captured from,
  ///   `serverUnavailable` where a sound server does not answer, within 10 s, `stopped` where the flag is set before
  ///   the device is open.
  public init(
    device name: String = "default", channel: ChannelSelection = .mix, count: ChannelCount = .fewest, period: Int = 10,
    buffer: Int = 200, stop: StopFlag = StopFlag(), waiting: (String) -> Void = { _ in }
  ) throws(CaptureError) {
    guard channel.fits(8) else {
      throw CaptureError(.usage, "a device is opened with up to \(channel.lack(of: 8))")
    }
    guard (1...1000).contains(period), (2 * period...10_000).contains(buffer) else {
      throw CaptureError(
        .usage,
        """
        a period of \(period) ms with a buffer of \(buffer) ms cannot work: give a period from 1 to 1000 ms and a buffer \
        from two periods to 10000 ms
        """)
    }
    let open: @Sendable () throws(CaptureError) -> ALSADevice = { () throws(CaptureError) in
      try ALSADevice.open(name: name, channel: channel, count: count, period: period, buffer: buffer)
    }
    let device = try DeviceOpening.open(
      name, stop: stop, waiting: waiting, server: { SoundServer.behind(name) }, open)
    let (sampleRate, configuration, channels) = (device.sampleRate, device.summary, device.deliveredChannels)
    let samples = RingBuffer<Float>(capacity: Self.ringSeconds * sampleRate * channels)
    let marks = RingBuffer<CaptureMark>(capacity: 256)
    let shared = UnsafeMutablePointer<CaptureShared>.allocate(capacity: 1)
    shared.initialize(to: CaptureShared())
    let writer = CaptureWriter(samples: samples.producer, marks: marks.producer, shared: shared, channels: channels)
    let loop = CaptureLoop(device: device, clock: MonotonicClock(), writer: writer)
    let (thread, isRealTime): (pthread_t, Bool)
    do throws(CaptureError) {
      (thread, isRealTime) = try CaptureThread.start(loop, shared: shared)
    } catch {
      shared.deinitialize(count: 1)
      shared.deallocate()
      throw error
    }

    reader = CaptureReader(
      samples: samples.consumer, marks: marks.consumer, sampleRate: sampleRate, channels: channels)
    deliveredChannels = channels
    self.sampleRate = sampleRate
    self.configuration = configuration
    self.stop = stop
    self.shared = shared
    self.thread = thread
    hasRealTimePriority = isRealTime
  }

  deinit {
    if CaptureThread.stop(thread, shared: shared) {
      shared.deinitialize(count: 1)
      shared.deallocate()
    }
  }

  /// See `AudioSource`. Only the stop flag ends the stream; a disconnected device is waited for.
  public mutating func read(into buffer: inout MutableSpan<Float>) throws(CaptureError) -> Int {
    precondition(buffer.count >= deliveredChannels)
    while !stop.isStopped {
      let count = reader.read(into: &buffer)
      if count > 0 { return count }
      shared.pointee.ready.wait(seconds: 0.1)
    }
    return 0
  }

  /// See `AudioSource`.
  public var isSubstitute: Bool { reader.isSubstitute }

  /// Warnings since the last call, up to the samples delivered so far.
  public mutating func takeWarnings() -> [CaptureWarning] { reader.takeWarnings() }

  /// See `AudioSource`.
  public func captureTime(ofSample sample: Int) -> Double? {
    let origin = Double(bitPattern: shared.pointee.origin.load(ordering: .relaxed))
    return origin + Double(sample) / Double(sampleRate)
  }

  /// See `AudioSource`.
  public var captureStatistics: CaptureStatistics? { statistics }

  /// Counts so far.
  public var statistics: CaptureStatistics {
    CaptureStatistics(
      xruns: shared.pointee.xruns.load(ordering: .relaxed), lostSamples: shared.pointee.lost.load(ordering: .relaxed),
      droppedSamples: shared.pointee.dropped.load(ordering: .relaxed),
      disconnections: shared.pointee.disconnections.load(ordering: .relaxed),
      highWaterMark: reader.highWaterMark, capacity: reader.capacity)
  }
}
