import Support

/// Queries several devices in turn: a sound server that did not answer once is not queried again.
public struct DeviceSurvey {
  private var mute: [SoundServer] = []

  /// A survey without queries yet.
  public init() {}

  /// The capabilities of a device, see `Devices.offer(of:stop:)`.
  public mutating func offer(of name: String, stop: StopFlag = StopFlag()) -> DeviceOffer {
    if !mute.isEmpty, let server = SoundServer.behind(name), mute.contains(server) { return Devices.mute }
    let offer = Devices.offer(of: name, stop: stop)
    if offer == Devices.mute, let server = SoundServer.behind(name) { mute.append(server) }
    return offer
  }
}
