import CALSA
import Glibc

/// The sound server of a capture device, derived from libasound's configuration and the environment.
struct SoundServer: Sendable, Equatable {
  /// By the plugin that connects to it.
  enum Kind: String, Sendable {
    case pulse, pipewire, jack
  }

  let kind: Kind
  /// Its address; nil where it is unknown.
  let address: String?

  /// Human-readable, such as `the sound server at unix:/run/user/1000/pulse/native (PulseAudio, or PipeWire in its
  /// place)`.
  var description: String {
    let name =
      switch kind {
      case .pulse: "PulseAudio, or PipeWire in its place"
      case .pipewire: "PipeWire"
      case .jack: "JACK"
      }
    return "the sound server\(address.map { " at \($0)" } ?? "") (\(name))"
  }

  /// The server of a device; nil for hardware, and where none is found.
  ///
  /// Blocks while libasound reads its configuration.
  static func behind(_ device: String) -> SoundServer? {
    Devices.silenceLibrary()
    var configuration: OpaquePointer?
    guard snd_config_update_ref(&configuration) >= 0, let configuration else { return nil }
    defer { snd_config_unref(configuration) }
    return named(device, in: configuration, depth: 0)
  }

  /// Devices may refer to each other in circles.
  private static let deepest = 8

  private static func named(_ device: String, in configuration: OpaquePointer, depth: Int) -> SoundServer? {
    var definition: OpaquePointer?
    guard depth < deepest, snd_config_search_definition(configuration, "pcm", device, &definition) >= 0,
      let definition
    else { return nil }
    defer { snd_config_delete(definition) }
    return defined(by: definition, in: configuration, depth: depth)
  }

  private static func defined(
    by definition: OpaquePointer, in configuration: OpaquePointer, depth: Int
  ) -> SoundServer? {
    if let kind = text("type", of: definition).flatMap(Kind.init) {
      return SoundServer(kind: kind, address: text("server", of: definition) ?? usualAddress(of: kind))
    }
    // The keys of plugins such as `plug` and `asym` for the device behind them.
    for key in ["slave.pcm", "capture.pcm"] {
      var next: OpaquePointer?
      guard snd_config_search(definition, key, &next) >= 0, let next else { continue }
      if snd_config_get_type(next) == SND_CONFIG_TYPE_COMPOUND {
        guard depth < deepest else { return nil }
        return defined(by: next, in: configuration, depth: depth + 1)
      }
      return text(nil, of: next).flatMap { named($0, in: configuration, depth: depth + 1) }
    }
    return nil
  }

  /// The text of a setting, or of one below it.
  private static func text(_ key: String?, of setting: OpaquePointer) -> String? {
    var found: OpaquePointer? = setting
    if let key, snd_config_search(setting, key, &found) < 0 { return nil }
    var text: UnsafePointer<CChar>?
    guard snd_config_get_string(found, &text) >= 0, let text else { return nil }
    return String(cString: text)
  }

  private static func usualAddress(of kind: Kind) -> String? {
    switch kind {
    case .pulse:
      variable("PULSE_SERVER") ?? variable("PULSE_RUNTIME_PATH").map { "unix:\($0)/native" }
        ?? variable("XDG_RUNTIME_DIR").map { "unix:\($0)/pulse/native" }
    case .pipewire:
      (variable("PIPEWIRE_RUNTIME_DIR") ?? variable("XDG_RUNTIME_DIR")).map {
        "\($0)/\(variable("PIPEWIRE_REMOTE") ?? "pipewire-0")"
      }
    case .jack: nil
    }
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}
