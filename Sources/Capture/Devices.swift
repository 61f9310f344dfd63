import CALSA
import Glibc

/// A capture device that `Microphone` can open.
public struct CaptureDevice: Sendable, Equatable {
  /// As libasound knows it; what `Microphone(device:)` takes.
  public let name: String
  /// For a person; empty where there is none.
  public let description: String

  public init(name: String, description: String) {
    self.name = name
    self.description = description
  }
}

/// The capture devices of this machine.
public enum Devices {
  /// Lists what libasound's configuration and the hardware offer for capture, without opening any of it.
  public static func list() -> [CaptureDevice] {
    silenceLibrary()
    var hints: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    guard snd_device_name_hint(-1, "pcm", &hints) >= 0, let hints else { return [] }
    defer { snd_device_name_free_hint(hints) }

    var devices: [CaptureDevice] = []
    var next = hints
    // SAFETY: the list ends with a null pointer, and each text is ours to free.
    while let hint = next.pointee {
      next += 1
      func text(_ key: String) -> String? {
        guard let value = snd_device_name_get_hint(hint, key) else { return nil }
        defer { free(value) }
        return String(cString: value)
      }
      // Without a direction a device has both. `null` hears nothing but zeros.
      guard let name = text("NAME"), name != "null", text("IOID") ?? "Input" == "Input" else { continue }
      let words = (text("DESC") ?? "").split(separator: "\n").joined(separator: ", ")
      devices.append(CaptureDevice(name: name, description: words))
    }
    return devices
  }

  /// Keeps libasound from printing to standard error; its return codes say the same.
  static func silenceLibrary() { ser_alsa_silence() }
}
