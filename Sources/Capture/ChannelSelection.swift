/// Which of a source's channels are delivered.
public enum ChannelSelection: Sendable, Equatable {
  /// The mean of all, as one channel.
  case mix
  /// One of them, counted from 1.
  case only(Int)
  /// All of them, interleaved.
  case all

  /// Whether a source with this many channels has what is selected.
  func fits(_ channels: Int) -> Bool {
    if case .only(let number) = self { return (1...channels).contains(number) }
    return true
  }

  /// Why a source with this many channels cannot be used, in words that follow "has": `1 channel: there is no channel 2 …`.
  func lack(of channels: Int) -> String {
    guard case .only(let number) = self else { return "\(channels) channels" }
    let range = channels == 1 ? "choose channel 1" : "choose one from 1 to \(channels)"
    return "\(channels) channel\(channels == 1 ? "" : "s"): there is no channel \(number); \(range), or mix all"
  }

  /// How many of a source's `channels` are delivered.
  func delivered(of channels: Int) -> Int { self == .all ? channels : 1 }
}

/// How many channels a device is opened with.
public enum ChannelCount: Sendable, Equatable {
  /// The fewest that it offers, from 1.
  case fewest
  /// All that it has; two where it takes any number, as sound servers do.
  case most
  /// This many.
  case exactly(Int)
}
