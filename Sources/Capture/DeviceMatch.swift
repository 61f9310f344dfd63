import CALSA
import Support

extension Devices {
  /// Finds the ALSA name of the device that a person means.
  ///
  /// - Parameters:
  ///   - wanted: An ALSA name, such as `hw:1,0`, or a part of the name or description of one of the devices, in any case,
  ///     such as `c920`. A card that is listed several times counts once.
  ///   - stop: Ends the search once it is set.
  ///   - waiting: Receives a sentence that says what is waited for, where nothing was found after 2 s.
  /// - Throws: `deviceUnavailable` where none is meant or several could be; the message lists them. `serverUnavailable`
  ///   where the devices cannot be listed within half a minute, `stopped`.
  public static func name(
    for wanted: String, stop: StopFlag = StopFlag(), waiting: (String) -> Void = { _ in }
  ) throws(CaptureError) -> String {
    // What it stands for may be missing, which only shows when it is opened.
    if wanted == "default" { return wanted }
    let found = try patiently(limit: 30, stop: stop, waiting: waiting) {
      Result { () throws(CaptureError) in
        isDefined(wanted) ? wanted : try match(wanted, among: present(stop: stop)).name
      }
    }
    return try found.get()
  }

  /// The device of which `wanted` is a part and no other's.
  static func match(_ wanted: String, among devices: [CaptureDevice]) throws(CaptureError) -> CaptureDevice {
    if let device = devices.first(where: { $0.name == wanted }) { return device }
    let part = wanted.lowercased()
    let matches = devices.filter { device in
      !part.isEmpty && (device.name.lowercased().contains(part) || device.description.lowercased().contains(part))
    }
    guard let first = matches.first else { throw missing(wanted, among: devices) }
    guard matches.allSatisfy({ $0.hardware == first.hardware }), first.hardware != nil || matches.count == 1 else {
      throw CaptureError(
        .deviceUnavailable,
        "\"\(wanted)\" matches several capture devices; be more specific:"
          + lines(matches))
    }
    // The way to a card that takes it as it is and still works where its format is an odd one.
    return matches.first { $0.name.hasPrefix("plughw:") } ?? first
  }

  /// Says that there is no device of this name, and which there are.
  static func missing(_ name: String, among devices: [CaptureDevice] = present()) -> CaptureError {
    let others =
      devices.isEmpty
      ? "here, and no other: plug a microphone in; `ser-live devices` lists what there is"
      : "here; `ser-live devices` describes those that there are:" + lines(devices)
    return CaptureError(.deviceUnavailable, "there is no capture device \"\(name)\" \(others)")
  }

  private static func lines(_ devices: [CaptureDevice]) -> String {
    devices.map { "\n  \($0.name)" + ($0.description.isEmpty ? "" : ": \($0.description)") }.joined()
  }

  /// Whether libasound's configuration knows a name, listed or not.
  private static func isDefined(_ name: String) -> Bool {
    silenceLibrary()
    var configuration: OpaquePointer?
    guard snd_config_update_ref(&configuration) >= 0 else { return false }
    defer { snd_config_unref(configuration) }
    var definition: OpaquePointer?
    guard snd_config_search_definition(configuration, "pcm", name, &definition) >= 0 else { return false }
    snd_config_delete(definition)
    return true
  }
}

extension CaptureDevice {
  /// The card and device number behind the name, where it tells them: `hw:CARD=C920,DEV=0` and `front:CARD=C920` are the
  /// same hardware.
  fileprivate var hardware: [Substring]? {
    guard let colon = name.firstIndex(of: ":") else { return nil }
    let arguments = name[name.index(after: colon)...].split(separator: ",")
    guard let card = arguments.first(where: { $0.hasPrefix("CARD=") }) else { return nil }
    return [card, arguments.first { $0.hasPrefix("DEV=") } ?? "DEV=0"]
  }
}
