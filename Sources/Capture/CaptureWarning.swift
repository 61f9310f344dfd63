/// Something that went wrong without ending the stream.
public struct CaptureWarning: Sendable, Equatable {
  /// What it was, in a word for programs.
  public enum Code: String, Sendable, CaseIterable {
    /// The device's buffer overflowed (or it reported an error and recovered): samples were lost before they were read.
    case xrun
    /// The consumer was too slow: samples were read, but the ring had no room for them.
    case dropped
    /// The machine slept and the device was resumed.
    case suspended
    /// The device is gone; silence stands in until it is back.
    case disconnected
    /// The device is back.
    case reconnected
    /// A channel has delivered the same sample for seconds: nothing captures there.
    case muted
    /// The mix is far softer than its channels, as one of them is inverted.
    case cancelled
    /// The recording cannot be written any more; the stream goes on.
    case recording
    /// Samples come, captured at this moment, at another rate than they are said to have.
    case rate
  }

  /// What went wrong.
  public let code: Code
  /// The index, among those of a channel in the delivered stream, of the first sample that the warning is about.
  public let sample: Int
  /// One sentence for a person.
  public let message: String
  /// The channel that it is about, from 1; nil where it is about all that is delivered.
  public let channel: Int?

  /// A warning with these properties.
  public init(code: Code, sample: Int, message: String, channel: Int? = nil) {
    self.code = code
    self.sample = sample
    self.message = message
    self.channel = channel
  }
}
