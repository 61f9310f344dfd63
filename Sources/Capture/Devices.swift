import CALSA
import Glibc
import Support

/// A capture device that `Microphone` can open.
public struct CaptureDevice: Sendable, Equatable {
  /// Its libasound name, for `Microphone(device:)`.
  public let name: String
  /// Human-readable; empty where there is none.
  public let description: String

  /// A device with this name, which need not exist.
  public init(name: String, description: String) {
    self.name = name
    self.description = description
  }
}

/// The capabilities of a capture device.
public enum DeviceOffer: Sendable, Equatable {
  /// - rates: Common sample rates, in Hz, that the device supports without conversion, ascending.
  /// - converts: Whether it also accepts all rates in between: a sound server or another plugin with its own converter.
  /// - channels: The range of its channel counts.
  case open(rates: [Int], converts: Bool, channels: ClosedRange<Int>)
  /// It cannot be opened now; the reason.
  case closed(reason: String)
}

/// The capture devices of this machine.
public enum Devices {
  private static let commonRates = [
    8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000, 176_400, 192_000,
    352_800, 384_000,
  ]

  /// Lists the capture devices of libasound's configuration and the hardware, without opening any.
  public static func list() -> [CaptureDevice] {
    silenceLibrary()
    var hints: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    guard snd_device_name_hint(-1, "pcm", &hints) >= 0, let hints else { return [] }
    defer { snd_device_name_free_hint(hints) }

    var devices: [CaptureDevice] = []
    var next = hints
    // SAFETY: the list ends with a null pointer, and this function owns each text.
    while let hint = next.pointee {
      next += 1
      func text(_ key: String) -> String? {
        guard let value = snd_device_name_get_hint(hint, key) else { return nil }
        defer { free(value) }
        return String(cString: value)
      }
      // Devices without a direction have both. `null` delivers only zeros.
      guard let name = text("NAME"), name != "null", text("IOID") ?? "Input" == "Input" else { continue }
      let words = (text("DESC") ?? "").split(separator: "\n").joined(separator: ", ")
      devices.append(CaptureDevice(name: name, description: words))
    }
    return devices
  }

  /// The devices of `list` with hardware or a server: libasound also lists converters, which are unusable without a
  /// default device.
  static func present(stop: StopFlag = StopFlag()) -> [CaptureDevice] {
    var survey = DeviceSurvey()
    return list().filter { survey.offer(of: $0.name, stop: stop) != .closed(reason: absence) }
  }

  /// `list`, with a time limit where libasound blocks while reading its configuration.
  ///
  /// - Parameters:
  ///   - stop: Ends the wait when it is set.
  ///   - waiting: Receives a sentence about the wait, where there is no list after 2 s.
  /// - Throws: `serverUnavailable` after 10 s, `stopped`.
  public static func list(stop: StopFlag, waiting: (String) -> Void) throws(CaptureError) -> [CaptureDevice] {
    try patiently(limit: 10, stop: stop, waiting: waiting) { list() }
  }

  /// Runs a query of the devices on a separate thread and waits for it.
  ///
  /// - Parameter limit: Seconds until it is abandoned.
  static func patiently<Value: Sendable>(
    limit: Double, stop: StopFlag, waiting: (String) -> Void, _ body: @escaping @Sendable () -> Value
  ) throws(CaptureError) -> Value {
    let call: DetachedCall<Value>
    do throws(PlainThread.Failure) {
      call = try DetachedCall(body)
    } catch {
      throw CaptureError(
        .deviceUnavailable, "cannot start a thread that looks for capture devices: \(systemMessage(error.code))")
    }
    let outcome = call.wait(Patience(limit: limit), stop: stop) {
      waiting("waiting for the sound system to list its capture devices")
    }
    switch consume outcome {
    case .returned(let value): return value
    case .stopped: throw CaptureError(.stopped, "stopped before the capture devices were listed")
    case .overdue:
      throw CaptureError(
        .serverUnavailable, "the sound system did not list its capture devices within \(Int(limit)) s")
    }
  }

  /// Opens a device briefly to query its capabilities; gives up after 2 s.
  ///
  /// Standard error is suppressed meanwhile, also for other threads.
  /// - Parameters:
  ///   - name: Its libasound name.
  ///   - stop: Ends the wait when it is set.
  public static func offer(of name: String, stop: StopFlag = StopFlag()) -> DeviceOffer {
    withoutStandardError {
      guard let call = try? DetachedCall({ look(at: name) }) else { return .closed(reason: systemMessage(EAGAIN)) }
      let outcome = call.wait(Patience(limit: 2), stop: stop)
      switch consume outcome {
      case .returned(let offer): return offer
      case .stopped: return mute
      case .overdue: return mute
      }
    }
  }

  private static func look(at name: String) -> DeviceOffer {
    silenceLibrary()
    var pcm: OpaquePointer?
    let code = snd_pcm_open(&pcm, name, SND_PCM_STREAM_CAPTURE, Int32(SND_PCM_NONBLOCK))
    guard code >= 0, let pcm else { return .closed(reason: reason(-code)) }
    defer { snd_pcm_close(pcm) }
    var parameters: OpaquePointer?
    snd_pcm_hw_params_malloc(&parameters)
    defer { snd_pcm_hw_params_free(parameters) }
    let filled = snd_pcm_hw_params_any(pcm, parameters)
    guard filled >= 0 else { return .closed(reason: reason(-filled)) }
    snd_pcm_hw_params_set_rate_resample(pcm, parameters, 0)
    let rates = commonRates.filter { snd_pcm_hw_params_test_rate(pcm, parameters, UInt32($0), 0) >= 0 }
    var (least, most): (UInt32, UInt32) = (1, 1)
    snd_pcm_hw_params_get_channels_min(parameters, &least)
    snd_pcm_hw_params_get_channels_max(parameters, &most)
    // No clock runs at such a rate.
    let converts = snd_pcm_hw_params_test_rate(pcm, parameters, 16_001, 0) >= 0
    return .open(rates: rates, converts: converts, channels: Int(least)...Int(max(least, most)))
  }

  /// Plugins print errors of the libraries behind them, such as JACK's, and have no option to suppress them.
  private static func withoutStandardError<Value>(_ body: () -> Value) -> Value {
    let kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
    let nothing = open("/dev/null", O_WRONLY | O_CLOEXEC)
    if kept >= 0, nothing >= 0 { dup2(nothing, STDERR_FILENO) }
    defer {
      if kept >= 0 { dup2(kept, STDERR_FILENO) }
      close(kept)
      close(nothing)
    }
    return body()
  }

  private static let absence = "what it stands for is not there"
  private static let silence = "its sound server does not answer"
  /// The capabilities of a device whose sound server does not answer.
  static let mute = DeviceOffer.closed(reason: silence)

  private static func reason(_ code: Int32) -> String {
    switch code {
    case EBUSY: "in use by another program"
    case EACCES, EPERM: "this user may not open it"
    case ECONNREFUSED, ETIMEDOUT: silence
    case ENOENT, ENODEV, ENXIO: absence
    default: systemMessage(code)
    }
  }

  /// Keeps libasound from printing to standard error; its return codes carry the same information.
  static func silenceLibrary() { ser_alsa_silence() }
}
