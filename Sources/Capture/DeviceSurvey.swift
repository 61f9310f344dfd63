import Support

/// A look at several devices, one after another: a sound server that did not answer for one is not asked for the others.
public struct DeviceSurvey {
  private var mute: [SoundServer] = []

  /// A survey that has not asked any server yet.
  public init() {}

  /// What a device offers, see `Devices.offer(of:stop:)`.
  public mutating func offer(of name: String, stop: StopFlag = StopFlag()) -> DeviceOffer {
    if !mute.isEmpty, let server = SoundServer.behind(name), mute.contains(server) { return Devices.mute }
    let offer = Devices.offer(of: name, stop: stop)
    if offer == Devices.mute, let server = SoundServer.behind(name) { mute.append(server) }
    return offer
  }
}
