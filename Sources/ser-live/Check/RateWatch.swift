import Capture

/// A stream from a pipe, with one warning where its samples arrive in real time at another rate than stated.
///
/// A recording arrives as fast as it is read, which contains no information about its rate. Live samples arrive at a
/// steady pace and make their reader wait; see `PaceMeter`.
struct RateWatch<Source: AudioSource & ~Copyable>: AudioSource, ~Copyable {
  private var source: Source
  private var meter: PaceMeter
  private let clock = MonotonicClock()
  private var position = 0
  private var news: [CaptureWarning] = []
  private var isDone = false

  init(_ source: consuming Source) {
    meter = PaceMeter(nominal: source.sampleRate)
    self.source = source
  }

  var sampleRate: Int { source.sampleRate }

  var deliveredChannels: Int { source.deliveredChannels }

  var isSubstitute: Bool { source.isSubstitute }

  mutating func read(into buffer: inout MutableSpan<Float>) throws(CaptureError) -> Int {
    if isDone { return try source.read(into: &buffer) }
    let start = clock.now()
    let count = try source.read(into: &buffer)
    let end = clock.now()
    let frames = count / deliveredChannels
    position += frames
    if let rate = meter.note(samples: frames, asked: start, came: end) {
      isDone = true
      let (found, said) = (Int(rate.rounded()), source.sampleRate)
      news.append(
        CaptureWarning(
          code: .rate, sample: position,
          message: """
            \(found) samples a second arrive on standard input, not the stated \(said), so all sounds are too \
            \(found > said ? "low" : "high"): give the true rate and number of channels with --rate and --channels
            """))
    }
    return count
  }

  mutating func takeWarnings() -> [CaptureWarning] {
    let warnings = source.takeWarnings()
    if news.isEmpty { return warnings }
    defer { news = [] }
    return warnings + news
  }

  func captureTime(ofSample sample: Int) -> Double? { source.captureTime(ofSample: sample) }

  var captureStatistics: CaptureStatistics? { source.captureStatistics }
}
