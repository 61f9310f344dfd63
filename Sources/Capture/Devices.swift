import CALSA
import Glibc
import Support

/// A capture device that `Microphone` can open.
public struct CaptureDevice: Sendable, Equatable {
  /// As libasound knows it; what `Microphone(device:)` takes.
  public let name: String
  /// For a person; empty where there is none.
  public let description: String

  /// A device of this name, which need not be there.
  public init(name: String, description: String) {
    self.name = name
    self.description = description
  }
}

/// What a capture device offers.
public enum DeviceOffer: Sendable, Equatable {
  /// - rates: Of the rates in common use, in Hz, those that the device runs at without a conversion, rising.
  /// - converts: Whether it takes all rates between them: a sound server or another plugin that converts by itself.
  /// - channels: How many it can deliver.
  case open(rates: [Int], converts: Bool, channels: ClosedRange<Int>)
  /// It cannot be opened now, for this reason.
  case closed(reason: String)
}

/// The capture devices of this machine.
public enum Devices {
  private static let commonRates = [
    8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000, 176_400, 192_000,
    352_800, 384_000,
  ]

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

  /// Those of `list` behind which there is something: libasound also lists converters, which stand for nothing where no
  /// device is the default one.
  static func present(stop: StopFlag = StopFlag()) -> [CaptureDevice] {
    var survey = DeviceSurvey()
    return list().filter { survey.offer(of: $0.name, stop: stop) != .closed(reason: absence) }
  }

  /// Lists what `list` does, and gives up where libasound does not come back from its configuration.
  ///
  /// - Parameters:
  ///   - stop: Ends the wait once it is set.
  ///   - waiting: Receives a sentence that says what is waited for, where there is no list after 2 s.
  /// - Throws: `serverUnavailable` after 10 s, `stopped`.
  public static func list(stop: StopFlag, waiting: (String) -> Void) throws(CaptureError) -> [CaptureDevice] {
    try patiently(limit: 10, stop: stop, waiting: waiting) { list() }
  }

  /// Runs what looks at the devices on a thread of its own and waits for it.
  ///
  /// - Parameter limit: Seconds until it is given up.
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

  /// Opens a device for a moment to see what it offers; gives up after 2 s.
  ///
  /// Nothing that other threads write to standard error meanwhile is seen.
  /// - Parameters:
  ///   - name: As libasound knows it.
  ///   - stop: Ends the wait once it is set.
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

  /// Plugins print what went wrong in the libraries behind them, such as JACK's, and cannot be told not to.
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
  /// The offer of a device whose sound server does not answer.
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

  /// Keeps libasound from printing to standard error; its return codes say the same.
  static func silenceLibrary() { ser_alsa_silence() }
}
