import CALSA
import Glibc
import Support

/// A capture PCM of libasound: hardware, or a plugin for a sound server.
struct ALSADevice: PCMDevice, ~Copyable, @unchecked Sendable {
  /// The negotiated settings. A reopened device must offer them again, or the stream would change under its reader.
  private struct Settings: BitwiseCopyable {
    var format: SampleFormat
    var channels: UInt32
    var rate: UInt32
    /// In microseconds.
    var period: UInt32
    var buffer: UInt32
  }

  let sampleRate: Int
  private(set) var periodFrames = 0
  private(set) var bufferFrames = 0

  /// The negotiated settings, human-readable.
  var summary: String {
    let (period, buffer) = (periodFrames * 1000 / sampleRate, bufferFrames * 1000 / sampleRate)
    return
      "\(sampleRate) Hz, \(settings.format), channels \(settings.channels), period \(period) ms, buffer \(buffer) ms"
  }

  private var channels: Int { Int(settings.channels) }
  var deliveredChannels: Int { selection.delivered(of: channels) }

  private let settings: Settings
  private let selection: ChannelSelection
  // SAFETY: all of these are allocated in `init`, freed in `deinit` and used by one thread at a time, because the
  // device is move-only, which also makes it sendable. `pcm` is nil only between `close` and `open`.
  private let name: UnsafeMutablePointer<CChar>
  private let status: OpaquePointer
  private var pcm: OpaquePointer?
  private var descriptors: UnsafeMutableBufferPointer<pollfd>
  private let bytes: Storage<UInt8>
  /// The PCM that `close` released and the next `open` closes first. A hung sound server blocks both, so they run on a
  /// separate thread. The capture thread may start one here: while a device is away, it has no deadlines.
  private var discarded: OpaquePointer?
  private var reopening: DetachedCall<OpenPCM>?

  /// Opens and starts a device.
  ///
  /// - Parameters:
  ///   - name: A libasound name, such as `default`, `pulse` or `hw:1,0`.
  ///   - channel: The channels to read.
  ///   - count: The number of channels to open, unless a single one is selected.
  ///   - period: Requested milliseconds between wake-ups.
  ///   - buffer: Requested milliseconds before an overflow.
  /// - Throws: `deviceUnavailable`.
  static func open(
    name: String, channel: ChannelSelection, count: ChannelCount = .fewest, period: Int, buffer: Int
  ) throws(CaptureError) -> ALSADevice {
    Devices.silenceLibrary()
    var pcm: OpaquePointer?
    let code = snd_pcm_open(&pcm, name, SND_PCM_STREAM_CAPTURE, Int32(SND_PCM_NONBLOCK))
    guard code >= 0, let pcm else { throw unavailable(name, code) }
    var settings: Settings
    do throws(CaptureError) {
      settings = try negotiate(pcm, name: name, channel: channel, count: count)
    } catch {
      snd_pcm_close(pcm)
      throw error
    }
    settings.period = UInt32(period * 1000)
    settings.buffer = UInt32(buffer * 1000)
    var device = ALSADevice(pcm: pcm, name: name, settings: settings, selection: channel)
    let configured = configure(pcm, settings)
    if configured.code < 0 { throw unavailable(name, configured.code) }
    let adopted = device.adopt(configured)
    if adopted < 0 { throw unavailable(name, adopted) }
    let started = device.start()
    if started < 0 { throw unavailable(name, started) }
    return device
  }

  private init(pcm: OpaquePointer, name: String, settings: Settings, selection: ChannelSelection) {
    self.pcm = pcm
    self.name = strdup(name)
    self.settings = settings
    self.selection = selection
    sampleRate = Int(settings.rate)
    var status: OpaquePointer?
    snd_pcm_status_malloc(&status)
    self.status = status!
    descriptors = .allocate(capacity: 0)
    // A device is read in pieces of at most half a second, for any buffer size.
    bytes = Storage(repeating: 0, count: Int(settings.rate) / 2 * Int(settings.channels) * settings.format.width)
  }

  deinit {
    if let pcm { snd_pcm_close(pcm) }
    if let discarded { snd_pcm_close(discarded) }
    snd_pcm_status_free(status)
    descriptors.deallocate()
    free(name)
  }

  // MARK: - PCMDevice

  var state: PCMState {
    guard let pcm else { return .disconnected }
    switch snd_pcm_state(pcm) {
    case SND_PCM_STATE_RUNNING, SND_PCM_STATE_DRAINING: return .running
    case SND_PCM_STATE_XRUN: return .xrun
    case SND_PCM_STATE_SUSPENDED: return .suspended
    case SND_PCM_STATE_DISCONNECTED: return .disconnected
    default: return .stopped
    }
  }

  mutating func open() -> Int32 {
    if reopening == nil {
      // SAFETY: from here on only the call uses `discarded`.
      nonisolated(unsafe) let discarded = self.discarded
      let (name, settings) = (String(cString: name), settings)
      reopening = try? DetachedCall {
        if let discarded { snd_pcm_close(discarded) }
        return Self.reopened(name, settings)
      }
      if reopening == nil { return -EAGAIN }
      self.discarded = nil
    }
    guard var opened = reopening?.result() else { return -EINPROGRESS }
    reopening = nil
    if opened.configured.code < 0 { return opened.configured.code }
    pcm = opened.pcm.take()
    let adopted = adopt(opened.configured)
    if adopted < 0 { close() }
    return adopted
  }

  mutating func close() {
    // The discarded PCM is closed before another is opened.
    discarded = pcm.take() ?? discarded
  }

  private static func reopened(_ name: String, _ settings: Settings) -> OpenPCM {
    var pcm: OpaquePointer?
    let code = snd_pcm_open(&pcm, name, SND_PCM_STREAM_CAPTURE, Int32(SND_PCM_NONBLOCK))
    guard code >= 0, let pcm else { return OpenPCM(pcm: nil, configured: Configured(code: min(code, -1))) }
    return OpenPCM(pcm: pcm, configured: configure(pcm, settings))
  }

  mutating func prepare() -> Int32 { snd_pcm_prepare(pcm) }
  mutating func start() -> Int32 { snd_pcm_start(pcm) }
  mutating func resume() -> Int32 { snd_pcm_resume(pcm) }

  mutating func wait(milliseconds: Int32) -> Int32 {
    let count = UInt32(descriptors.count)
    snd_pcm_poll_descriptors(pcm, descriptors.baseAddress, count)
    let ready = poll(descriptors.baseAddress, nfds_t(count), milliseconds)
    if ready <= 0 { return ready < 0 ? -errno : 0 }
    // Only the plugin can interpret the descriptors of a plugin.
    var events: UInt16 = 0
    let code = snd_pcm_poll_descriptors_revents(pcm, descriptors.baseAddress, count, &events)
    return code < 0 ? code : Int32(events)
  }

  mutating func timeOfNextFrame() -> Double? {
    guard snd_pcm_status(pcm, status) >= 0 else { return nil }
    var stamp = timespec()
    snd_pcm_status_get_htstamp(status, &stamp)
    let now = MonotonicClock().now()
    // Plugins leave the stamp at zero or take it from another clock; the status then counts as current.
    let time = Double(stamp)
    let taken = time > now - 1 && time <= now ? time : now
    // The delay from the capture to the buffer takes milliseconds. Sound servers report negative delays, or most of a
    // second until they have settled; only the frames in the buffer are certain.
    let waiting = Int(snd_pcm_status_get_avail(status))
    let delay = snd_pcm_status_get_delay(status)
    let isPlausible = (waiting...waiting + sampleRate / 20).contains(delay)
    return taken - Double(isPlausible ? delay : waiting) / Double(sampleRate)
  }

  mutating func read(into samples: inout MutableSpan<Float>) -> Int {
    let frameWidth = channels * settings.format.width
    let data = bytes.elements
    // SAFETY: `data` has room for the frames asked for.
    let count = snd_pcm_readi(
      pcm, data.baseAddress, snd_pcm_uframes_t(min(samples.count / deliveredChannels, data.count / frameWidth)))
    if count > 0 {
      // SAFETY: `data` outlives the call, because it belongs to this device.
      settings.format.decode(
        RawSpan(_unsafeBytes: UnsafeRawBufferPointer(data)), frames: count, channels: channels,
        selection: selection, into: &samples)
    }
    return count
  }

  // MARK: - Configuration

  /// Chooses the device's native settings, or its best ones.
  private static func negotiate(
    _ pcm: OpaquePointer, name: String, channel: ChannelSelection, count: ChannelCount
  ) throws(CaptureError) -> Settings {
    var parameters: OpaquePointer?
    snd_pcm_hw_params_malloc(&parameters)
    defer { snd_pcm_hw_params_free(parameters) }
    let code = snd_pcm_hw_params_any(pcm, parameters)
    if code < 0 { throw unavailable(name, code) }
    // libsoxr converts the rate: it is better than the converters of plugins.
    snd_pcm_hw_params_set_rate_resample(pcm, parameters, 0)
    snd_pcm_hw_params_set_access(pcm, parameters, SND_PCM_ACCESS_RW_INTERLEAVED)

    let formats: [SampleFormat] = [.s16, .s32, .f32, .s24, .s24Packed]
    guard let format = formats.first(where: { snd_pcm_hw_params_set_format(pcm, parameters, $0.alsaFormat) >= 0 })
    else {
      throw CaptureError(.deviceUnavailable, "\(quoted(name)) supports none of S16, S24, S32, F32")
    }
    var most: UInt32 = 1
    snd_pcm_hw_params_get_channels_max(parameters, &most)
    let candidates = candidates(channel, count, most: most, converts: converts(pcm, parameters))
    guard let channels = candidates.first(where: { snd_pcm_hw_params_set_channels(pcm, parameters, $0) >= 0 }) else {
      if case .exactly(let number) = count, channel == .all {
        throw CaptureError(
          .deviceUnavailable, "\(quoted(name)) cannot be opened with \(number) channels; it has up to \(most)")
      }
      throw CaptureError(.deviceUnavailable, "\(quoted(name)) has \(channel.lack(of: Int(most)))")
    }
    return Settings(
      format: format, channels: channels, rate: nativeRate(pcm, parameters), period: 0, buffer: 0)
  }

  /// Candidate numbers of channels for a device, the best first.
  private static func candidates(
    _ channel: ChannelSelection, _ count: ChannelCount, most: UInt32, converts: Bool
  ) -> [UInt32] {
    let limit = max(8, min(most, 64))
    if case .only(let number) = channel { return Array(UInt32(number)...max(UInt32(number), limit)) }
    switch count {
    case .fewest: return Array(1...limit)
    case .exactly(let number): return [UInt32(clamping: number)]
    // A sound server accepts any number; its hardware is mostly stereo.
    case .most: return converts ? [2] + Array(1...limit) : (1...limit).reversed()
    }
  }

  /// Whether the device accepts a rate that no hardware clock has, which means that it converts rates itself.
  private static func converts(_ pcm: OpaquePointer, _ parameters: OpaquePointer?) -> Bool {
    snd_pcm_hw_params_test_rate(pcm, parameters, 16_001, 0) >= 0
  }

  /// 16 kHz, the rate of feature extraction, where the hardware has it; otherwise a rate that is easily converted to
  /// it.
  private static func nativeRate(_ pcm: OpaquePointer, _ parameters: OpaquePointer?) -> UInt32 {
    // Sound servers mostly run at 48 kHz.
    let converts = converts(pcm, parameters)
    let rates: [UInt32] = [16_000, 48_000, 32_000, 96_000, 44_100, 22_050, 24_000, 192_000]
    for rate in converts ? [48_000] : rates where snd_pcm_hw_params_test_rate(pcm, parameters, rate, 0) >= 0 {
      return rate
    }
    var nearest: UInt32 = 48_000
    snd_pcm_hw_params_set_rate_near(pcm, parameters, &nearest, nil)
    return nearest
  }

  /// The result of applying the settings.
  private struct Configured: BitwiseCopyable {
    /// 0, or a negative `errno`; the sizes are valid only with 0.
    var code: Int32
    var periodFrames = 0
    var bufferFrames = 0
  }

  /// A PCM in transfer from the thread that opened it; closed if nobody takes it.
  private struct OpenPCM: ~Copyable, @unchecked Sendable {
    // SAFETY: used only by the thread that has this value.
    var pcm: OpaquePointer?
    let configured: Configured

    deinit {
      if let pcm { snd_pcm_close(pcm) }
    }
  }

  /// Applies the settings to an open PCM and reads its period and buffer.
  private static func configure(_ pcm: OpaquePointer, _ settings: Settings) -> Configured {
    var result = Configured(code: 0)
    result.code = configure(pcm, settings, &result.periodFrames, &result.bufferFrames)
    return result
  }

  private static func configure(
    _ pcm: OpaquePointer, _ settings: Settings, _ periodFrames: inout Int, _ bufferFrames: inout Int
  ) -> Int32 {
    var hardware: OpaquePointer?
    var software: OpaquePointer?
    snd_pcm_hw_params_malloc(&hardware)
    snd_pcm_sw_params_malloc(&software)
    defer {
      snd_pcm_hw_params_free(hardware)
      snd_pcm_sw_params_free(software)
    }
    var code = snd_pcm_hw_params_any(pcm, hardware)
    if code < 0 { return code }
    snd_pcm_hw_params_set_access(pcm, hardware, SND_PCM_ACCESS_RW_INTERLEAVED)
    code = snd_pcm_hw_params_set_format(pcm, hardware, settings.format.alsaFormat)
    if code < 0 { return code }
    code = snd_pcm_hw_params_set_channels(pcm, hardware, settings.channels)
    if code < 0 { return code }
    code = snd_pcm_hw_params_set_rate(pcm, hardware, settings.rate, 0)
    if code < 0 { return code }
    // Both are set in time, never as a number of periods: plugins would choose seconds of buffer.
    var (period, buffer) = (settings.period, settings.buffer)
    snd_pcm_hw_params_set_period_time_near(pcm, hardware, &period, nil)
    snd_pcm_hw_params_set_buffer_time_near(pcm, hardware, &buffer, nil)
    code = snd_pcm_hw_params(pcm, hardware)
    if code < 0 { return code }
    var (periodSize, bufferSize): (snd_pcm_uframes_t, snd_pcm_uframes_t) = (0, 0)
    snd_pcm_hw_params_get_period_size(hardware, &periodSize, nil)
    snd_pcm_hw_params_get_buffer_size(hardware, &bufferSize)
    periodFrames = Int(periodSize)
    bufferFrames = Int(bufferSize)

    code = snd_pcm_sw_params_current(pcm, software)
    if code < 0 { return code }
    snd_pcm_sw_params_set_avail_min(pcm, software, periodSize)
    snd_pcm_sw_params_set_tstamp_mode(pcm, software, SND_PCM_TSTAMP_ENABLE)
    snd_pcm_sw_params_set_tstamp_type(pcm, software, SND_PCM_TSTAMP_TYPE_MONOTONIC)
    return snd_pcm_sw_params(pcm, software)
  }

  /// Adopts the settings of a configured PCM.
  private mutating func adopt(_ configured: Configured) -> Int32 {
    periodFrames = configured.periodFrames
    bufferFrames = configured.bufferFrames
    let count = Int(snd_pcm_poll_descriptors_count(pcm))
    if count != descriptors.count {
      descriptors.deallocate()
      descriptors = .allocate(capacity: max(count, 0))
      descriptors.initialize(repeating: pollfd())
    }
    return count > 0 ? 0 : -ENODEV
  }

  // MARK: - Messages

  private static func quoted(_ name: String) -> String { "the capture device \"\(name)\"" }

  private static func unavailable(_ name: String, _ code: Int32) -> CaptureError {
    let device = quoted(name)
    if [ECONNREFUSED, EIO, ETIMEDOUT].contains(-code), let server = SoundServer.behind(name) {
      return CaptureError(
        .serverUnavailable,
        code == -ECONNREFUSED
          ? "\(server.description) does not answer, and \(device) belongs to it"
          : "\(server.description) did not open \(device): \(systemMessage(-code))")
    }
    let message =
      switch -code {
      case ENOENT, ENODEV, ENXIO: Devices.missing(name).message
      case EBUSY: "\(device) is in use by another program: close that, or choose one of `ser-live devices`"
      case EACCES, EPERM:
        "\(device) may not be opened by this user: join the group `audio`, or ask who runs this machine"
      case ECONNREFUSED:
        "\(device) belongs to a sound server that does not answer: start it, or choose one of `ser-live devices`"
      default:
        "cannot capture from the device \"\(name)\": \(systemMessage(-code)); `ser-live devices` lists those that there are"
      }
    return CaptureError(.deviceUnavailable, message)
  }
}

extension SampleFormat {
  /// The format in libasound.
  fileprivate var alsaFormat: snd_pcm_format_t {
    switch self {
    case .s16: SND_PCM_FORMAT_S16_LE
    case .s24Packed: SND_PCM_FORMAT_S24_3LE
    case .s24: SND_PCM_FORMAT_S24_LE
    case .s32: SND_PCM_FORMAT_S32_LE
    case .f32: SND_PCM_FORMAT_FLOAT_LE
    case .f64: SND_PCM_FORMAT_FLOAT64_LE
    case .u8: SND_PCM_FORMAT_U8
    case .s8: SND_PCM_FORMAT_S8
    case .s16BigEndian: SND_PCM_FORMAT_S16_BE
    case .s24BigEndian: SND_PCM_FORMAT_S24_3BE
    case .s32BigEndian: SND_PCM_FORMAT_S32_BE
    case .f32BigEndian: SND_PCM_FORMAT_FLOAT_BE
    case .f64BigEndian: SND_PCM_FORMAT_FLOAT64_BE
    case .aLaw: SND_PCM_FORMAT_A_LAW
    case .muLaw: SND_PCM_FORMAT_MU_LAW
    }
  }
}
