/// The channels of a source that are delivered.
public enum ChannelSelection: Sendable, Equatable {
  /// The mean of all channels, as one channel.
  case mix
  /// A single channel, counted from 1.
  case only(Int)
  /// All channels, interleaved.
  case all

  /// Whether a source with this many channels has the selected one.
  func fits(_ channels: Int) -> Bool {
    if case .only(let number) = self { return (1...channels).contains(number) }
    return true
  }

  /// The reason that a source with this many channels cannot be used, as words after "has": `1 channel: there is no
  /// channel 2 …`.
  func lack(of channels: Int) -> String {
    guard case .only(let number) = self else { return "\(channels) channels" }
    let range = channels == 1 ? "choose channel 1" : "choose one from 1 to \(channels)"
    return "\(channels) channel\(channels == 1 ? "" : "s"): there is no channel \(number); \(range), or mix all"
  }

  /// The number of a source's `channels` that are delivered.
  func delivered(of channels: Int) -> Int { self == .all ? channels : 1 }
}

/// The number of channels that a device is opened with.
public enum ChannelCount: Sendable, Equatable {
  /// The fewest that the device offers.
  case fewest
  /// All channels of the device; two where it accepts any number, as sound servers do.
  case most
  /// This many.
  case exactly(Int)
}
