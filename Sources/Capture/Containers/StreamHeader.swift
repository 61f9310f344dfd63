/// The header of a stream: the format of the samples after it.
struct StreamHeader: Equatable {
  var container: SoundHeader
  var sampleRate: Int
  var channels: Int
  var format: SampleFormat
  /// Bytes of samples; nil where the size is unknown, as in a header written to a pipe.
  var size: Int?

  /// Human-readable description.
  var description: String {
    "\(container.name), \(sampleRate) Hz, \(format.name), \(channels) channel\(channels == 1 ? "" : "s")"
  }

  /// Reads the format chunk of a WAV; the size is unknown at this point.
  ///
  /// - Throws: `badData` where it is not PCM, or is invalid.
  init(container: SoundHeader, waveFormat body: [UInt8]) throws(CaptureError) {
    func number(_ offset: Int, _ width: Int) -> Int { Int(body.dropFirst(offset).prefix(width).littleEndian) }
    var code = number(0, 2)
    // In an extensible format the code precedes an identifier with constant further bytes.
    if code == 0xFFFE, body.count >= 26 { code = number(24, 2) }
    let channels = number(2, 2)
    let width = channels > 0 ? number(12, 2) / channels : 0
    let format: SampleFormat? =
      switch (code, width) {
      case (1, 1): .u8
      case (1, 2): .s16
      case (1, 3): .s24Packed
      case (1, 4): .s32
      case (3, 4): .f32
      case (3, 8): .f64
      case (6, 1): .aLaw
      case (7, 1): .muLaw
      default: nil
      }
    guard let format else {
      throw Self.unreadable("\(container.name) of format \(code) with \(width) bytes a sample", "is no PCM")
    }
    try self.init(container: container, sampleRate: number(4, 4), channels: channels, format: format, size: nil)
  }

  /// Reads the 24 bytes of an AU's header.
  ///
  /// - Throws: `badData` where it is not PCM, or is invalid.
  init(au header: [UInt8]) throws(CaptureError) {
    func number(_ offset: Int) -> Int { Int(header.dropFirst(offset).prefix(4).bigEndian) }
    let format: SampleFormat? =
      switch number(12) {
      case 1: .muLaw
      case 2: .s8
      case 3: .s16BigEndian
      case 4: .s24BigEndian
      case 5: .s32BigEndian
      case 6: .f32BigEndian
      case 7: .f64BigEndian
      case 27: .aLaw
      default: nil
      }
    guard let format else { throw Self.unreadable("AU of format \(number(12))", "is no PCM") }
    let size = UInt32(number(8))
    try self.init(
      container: .au, sampleRate: number(16), channels: number(20), format: format,
      size: WaveChunks.isUnknown(size: size) ? nil : Int(size))
  }

  private init(
    container: SoundHeader, sampleRate: Int, channels: Int, format: SampleFormat, size: Int?
  ) throws(CaptureError) {
    guard StandardInputSource.sampleRates.contains(sampleRate), (1...64).contains(channels) else {
      throw CaptureError(
        .badData,
        """
        standard input is \(container.name) of \(channels) channels at \(sampleRate) Hz; 1 to 64 channels and rates from \
        4000 to 384000 can be used
        """)
    }
    self.container = container
    self.sampleRate = sampleRate
    self.channels = channels
    self.format = format
    self.size = size
  }

  /// The error for an unsupported stream, with a command that converts it.
  static func unreadable(_ name: String, _ reason: String) -> CaptureError {
    CaptureError(
      .badData,
      """
      standard input is \(name), which \(reason): convert it on its way, as in `… | ffmpeg -loglevel error -i - -f wav - | \
      ser-live …`, or give a recording to `ser-live file`
      """)
  }
}
