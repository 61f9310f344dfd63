/// What a PCM says it is doing, as far as recovery cares.
enum PCMState: Sendable {
  case running
  /// Open, but not started: nothing will come.
  case stopped
  case xrun
  case suspended
  case disconnected
}

/// A capture device as the recovery logic sees it: libasound, or a script in a test.
///
/// Calls return what libasound returns: 0 or a count, or a negative `errno` value.
protocol PCMDevice: ~Copyable, SendableMetatype {
  /// Frames per second; the same after every `open`.
  var sampleRate: Int { get }
  /// Frames between two wake-ups.
  var periodFrames: Int { get }
  /// Frames that the device holds before it overflows.
  var bufferFrames: Int { get }
  /// Channels that `read` delivers, interleaved.
  var deliveredChannels: Int { get }
  var state: PCMState { mutating get }

  /// Opens and configures the device anew after `close`; `-EINPROGRESS` where that takes longer: the next call says more.
  mutating func open() -> Int32
  /// Gives the device up; never blocks.
  mutating func close()
  mutating func prepare() -> Int32
  mutating func start() -> Int32
  mutating func resume() -> Int32

  /// Waits for frames; returns the poll events that came (`POLLIN`, `POLLERR` …), 0 after `milliseconds`.
  mutating func wait(milliseconds: Int32) -> Int32

  /// The time at which the next frame to be read was captured, in seconds of the monotonic clock, as far as the driver
  /// knows it.
  mutating func timeOfNextFrame() -> Double?

  /// Moves waiting frames, as f32, to the front of `samples`; never blocks. Returns how many frames there were.
  mutating func read(into samples: inout MutableSpan<Float>) -> Int
}

extension PCMDevice where Self: ~Copyable {
  /// One, for a device that delivers no more.
  var deliveredChannels: Int { 1 }
}

/// Time and sleep, so that tests need neither.
protocol CaptureClock: SendableMetatype {
  /// Seconds of a clock that never steps.
  func now() -> Double
  func sleep(seconds: Double)
}
