/// The states of a PCM that matter for recovery.
enum PCMState: Sendable {
  case running
  /// Open, but not started: no samples will arrive.
  case stopped
  case xrun
  case suspended
  case disconnected
}

/// A capture device for the recovery logic: libasound, or a script in a test.
///
/// Calls return the values of libasound: 0 or a count, or a negative `errno` value.
protocol PCMDevice: ~Copyable, SendableMetatype {
  /// Frames per second; the same after every `open`.
  var sampleRate: Int { get }
  /// Frames between two wake-ups.
  var periodFrames: Int { get }
  /// Capacity of the device's buffer, in frames.
  var bufferFrames: Int { get }
  /// Channels that `read` delivers, interleaved.
  var deliveredChannels: Int { get }
  var state: PCMState { mutating get }

  /// Reopens and configures the device after `close`; `-EINPROGRESS` where that takes longer: the next call returns the
  /// outcome.
  mutating func open() -> Int32
  /// Releases the device; never blocks.
  mutating func close()
  mutating func prepare() -> Int32
  mutating func start() -> Int32
  mutating func resume() -> Int32

  /// Waits for frames; returns the poll events (`POLLIN`, `POLLERR` …), 0 after `milliseconds`.
  mutating func wait(milliseconds: Int32) -> Int32

  /// The capture time of the next frame to be read, in seconds of the monotonic clock, if the driver has it.
  mutating func timeOfNextFrame() -> Double?

  /// Moves available frames, as f32, to the front of `samples`; never blocks. Returns the number of frames.
  mutating func read(into samples: inout MutableSpan<Float>) -> Int
}

extension PCMDevice where Self: ~Copyable {
  /// One, the default.
  var deliveredChannels: Int { 1 }
}

/// Time and sleep, so that tests can replace both.
protocol CaptureClock: SendableMetatype {
  /// Seconds of a monotonic clock.
  func now() -> Double
  func sleep(seconds: Double)
}
