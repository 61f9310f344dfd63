/// A problem that did not end the stream.
public struct CaptureWarning: Sendable, Equatable {
  /// The kind of problem, as a word for programs.
  public enum Code: String, Sendable, CaseIterable {
    /// The device's buffer overflowed (or it reported an error and recovered): samples were lost before they were read.
    case xrun
    /// The consumer was too slow: samples were read, but the ring had no room for them.
    case dropped
    /// The machine slept and the device was resumed.
    case suspended
    /// The device is gone; silence replaces its samples until it is back.
    case disconnected
    /// The device is back.
    case reconnected
    /// A channel has delivered the same sample for seconds: it is muted.
    case muted
    /// The mix is far softer than its channels, because one of them is inverted.
    case cancelled
    /// The recording can no longer be written; the stream continues.
    case recording
    /// Live samples arrive at another rate than stated.
    case rate
  }

  /// The kind of problem.
  public let code: Code
  /// The index of the first affected sample, among those of a channel in the delivered stream.
  public let sample: Int
  /// One human-readable sentence.
  public let message: String
  /// The affected channel, from 1; nil where the warning applies to all delivered channels.
  public let channel: Int?

  /// A warning with these properties.
  public init(code: Code, sample: Int, message: String, channel: Int? = nil) {
    self.code = code
    self.sample = sample
    self.message = message
    self.channel = channel
  }
}
