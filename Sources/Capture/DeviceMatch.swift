import CALSA
import Support

extension Devices {
  /// Finds the ALSA name of a device from a name or a part of its description.
  ///
  /// - Parameters:
  ///   - wanted: An ALSA name, such as `hw:1,0`, or a part of the name or description of one of the devices, in any
  ///     case, such as `c920`. A card that is listed several times counts once.
  ///   - stop: Ends the search when it is set.
  ///   - waiting: Receives a sentence about the wait, where nothing was found after 2 s.
  /// - Throws: `deviceUnavailable` where no device or several match; the message lists them. `serverUnavailable` where
  ///   the devices cannot be listed within half a minute, `stopped`.
  public static func name(
    for wanted: String, stop: StopFlag = StopFlag(), waiting: (String) -> Void = { _ in }
  ) throws(CaptureError) -> String {
    // The underlying device may be missing, which shows only when it is opened.
    if wanted == "default" { return wanted }
    let found = try patiently(limit: 30, stop: stop, waiting: waiting) {
      Result { () throws(CaptureError) in
        isDefined(wanted) ? wanted : try match(wanted, among: present(stop: stop)).name
      }
    }
    return try found.get()
  }

  /// The only device that `wanted` is a part of.
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
    // The variant that uses the card directly but converts unusual formats.
    return matches.first { $0.name.hasPrefix("plughw:") } ?? first
  }

  /// The error for an unknown device, with a list of the existing ones.
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

  /// Whether libasound's configuration defines a name, listed or not.
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
  /// The card and device number in the name, if it contains them: `hw:CARD=C920,DEV=0` and `front:CARD=C920` are the
  /// same hardware.
  fileprivate var hardware: [Substring]? {
    guard let colon = name.firstIndex(of: ":") else { return nil }
    let arguments = name[name.index(after: colon)...].split(separator: ",")
    guard let card = arguments.first(where: { $0.hasPrefix("CARD=") }) else { return nil }
    return [card, arguments.first { $0.hasPrefix("DEV=") } ?? "DEV=0"]
  }
}
