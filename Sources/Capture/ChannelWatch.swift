import Glibc

/// Detects faulty silence: channels that deliver the same sample for seconds, and channels that cancel each other in
/// the mix.
///
/// The result depends only on the samples, not on their chunking. Only warnings allocate.
struct ChannelWatch {
  /// The kind of source.
  enum Kind: Sendable {
    /// A live source.
    case live
    /// A recording, which may have been edited.
    case recording
  }

  /// Seconds of identical samples after which a live source counts as muted.
  static let liveLimit = 5.0
  /// The same for a recording: editors insert exact zeros between utterances.
  static let recordingLimit = 30.0
  /// Minimum length, in seconds, at which a recording of identical samples is reported.
  static let shortestRecording = 1.0
  /// The mix counts as cancelled if it is this many dB softer than its loudest channel …
  private static let cancellation = 15.0
  /// … and this many dB softer than a mix of uncorrelated channels.
  private static let surplus = 9.0
  /// The mix no longer counts as cancelled if it is less than this many dB softer.
  private static let recovery = 12.0
  /// Minimum mean square of a tenth of a second with signal: -70 dB below full scale.
  private static let signal = 1e-7
  /// Tenths of a second with signal after which the mix is judged; at the end of a stream three suffice.
  private static let window = 20

  private let channels: Int
  private let isMixed: Bool
  private let kind: Kind
  private let sampleRate: Int
  private let limit: Int
  /// Frames so far, including missing ones.
  private var position = 0
  /// Frames that were not missing.
  private var seen = 0

  /// The last sample of each channel, and the number of consecutive frames with it.
  private var last: [Float]
  private var run: [Int]
  /// Equal frames at the front of the current piece.
  private var leading: [Int]
  /// Whether each channel, or all of a mix, has been reported as muted.
  private var isMuted: [Bool]

  private let blockLength: Int
  private var blockCount = 0
  /// For each channel and, after them, the mix: sums and squares of the current block, powers of the blocks to be
  /// judged, of all blocks with signal, and of all blocks.
  private var sums, squares, powers, totals, everything: [Double]
  private var allBlocks = 0
  private var blocks = 0
  private var firstBlock = 0
  private var wasJudged = false
  /// Whether the mix is softer than its channels can explain.
  private(set) var isCancelled = false

  private var warnings: [CaptureWarning] = []

  /// - Parameters:
  ///   - channels: number of interleaved channels in the input.
  ///   - isMixed: whether their mix is delivered.
  init(channels: Int, sampleRate: Int, kind: Kind, isMixed: Bool) {
    self.channels = channels
    self.isMixed = isMixed
    self.kind = kind
    self.sampleRate = sampleRate
    limit = Int((kind == .live ? Self.liveLimit : Self.recordingLimit) * Double(sampleRate))
    last = Array(repeating: 0, count: channels)
    run = Array(repeating: 0, count: channels)
    leading = run
    isMuted = Array(repeating: false, count: isMixed ? 1 : channels)
    blockLength = max(1, sampleRate / 10)
    sums = Array(repeating: 0, count: channels + 1)
    squares = sums
    powers = sums
    totals = sums
    everything = sums
  }

  /// Mean square of each channel so far, without the mean; empty where no channels are mixed or less than 0.1 s was
  /// processed.
  var channelPowers: [Double] {
    allBlocks == 0 ? [] : everything.prefix(channels).map { $0 / Double(allBlocks) }
  }

  /// Whether the mixed channels differ: more than a tenth of their power is not common to all of them.
  var channelsDiffer: Bool {
    guard isMixed, channels > 1 else { return false }
    let mean = totals.prefix(channels).reduce(0, +) / Double(channels)
    // The mean power of the channels is the power of their mean plus that of their deviations from it.
    return mean > 0 && mean - totals[channels] > 0.1 * mean
  }

  /// Processes the next interleaved frames, of fewer seconds than the limits above.
  mutating func push(_ samples: Span<Float>) {
    let frames = samples.count / channels
    guard frames > 0 else { return }
    if isMixed, channels > 1 { measure(samples, frames) }
    follow(samples, frames)
    position += frames
    seen += frames
  }

  /// Skips frames that replace missing ones.
  mutating func skip(frames: Int) { position += frames }

  /// Ends the stream.
  mutating func finish() {
    if blocks >= (wasJudged ? Self.window / 2 : 3) { judge() }
    guard kind == .recording, seen >= Int(Self.shortestRecording * Double(sampleRate)) else { return }
    for index in isMuted.indices where !isMuted[index] && length(of: index) == seen {
      isMuted[index] = true
      warn(
        .muted, at: 0, channel: isMixed ? nil : index + 1,
        "\(subject(index)) of the whole recording are the same: nothing was recorded; unmute the microphone, "
          + "or choose another one")
    }
  }

  /// Returns the warnings since the last call.
  mutating func takeWarnings() -> [CaptureWarning] {
    guard !warnings.isEmpty else { return [] }
    defer { warnings = [] }
    return warnings
  }

  // MARK: - The same sample again and again

  private mutating func follow(_ samples: Span<Float>, _ frames: Int) {
    for channel in 0..<channels {
      var count = 0
      let expected = run[channel] > 0 ? last[channel] : samples[channel]
      while count < frames, samples[count * channels + channel] == expected { count += 1 }
      leading[channel] = count
    }
    for index in isMuted.indices {
      let start = position - length(of: index)
      if !isMuted[index], position + (isMixed ? leading.min()! : leading[index]) - start >= limit {
        isMuted[index] = true
        warnOfSilence(index, at: start)
      }
      if (isMixed ? leading.min()! : leading[index]) < frames { isMuted[index] = false }
    }
    for channel in 0..<channels {
      if leading[channel] == frames {
        run[channel] += frames
      } else {
        var count = 1
        let newest = samples[(frames - 1) * channels + channel]
        while count < frames, samples[(frames - 1 - count) * channels + channel] == newest { count += 1 }
        run[channel] = count
      }
      last[channel] = samples[(frames - 1) * channels + channel]
    }
  }

  /// Number of frames for which a channel, or all of a mix, has delivered one sample.
  private func length(of index: Int) -> Int { isMixed ? run.min()! : run[index] }

  private func subject(_ index: Int) -> String {
    isMixed || channels == 1 ? "all samples" : "all samples of channel \(index + 1)"
  }

  private mutating func warnOfSilence(_ index: Int, at sample: Int) {
    let seconds = limit / sampleRate
    switch kind {
    case .live:
      warn(
        .muted, at: sample, channel: isMixed ? nil : index + 1,
        "\(subject(index)) have been the same for \(seconds) s: the microphone is muted, off or not connected; unmute "
          + "it (`alsamixer`, key F4, or the sound settings), or choose another device")
    case .recording:
      warn(
        .muted, at: sample, channel: isMixed ? nil : index + 1,
        "\(subject(index)) are the same for \(seconds) s or longer: the microphone was muted, off or not connected")
    }
  }

  // MARK: - A mix that is softer than its channels

  private mutating func measure(_ samples: Span<Float>, _ frames: Int) {
    for frame in 0..<frames {
      var sum = 0.0
      for channel in 0..<channels {
        let sample = Double(samples[frame * channels + channel])
        sums[channel] += sample
        squares[channel] += sample * sample
        sum += sample
      }
      let mix = sum / Double(channels)
      sums[channels] += mix
      squares[channels] += mix * mix
      blockCount += 1
      if blockCount == blockLength { endBlock(at: position + frame + 1 - blockLength) }
    }
  }

  private mutating func endBlock(at start: Int) {
    // Without the mean: the offset of a channel is not a signal.
    func power(_ index: Int) -> Double {
      let mean = sums[index] / Double(blockLength)
      return max(0, squares[index] / Double(blockLength) - mean * mean)
    }
    for index in everything.indices { everything[index] += power(index) }
    allBlocks += 1
    if (0..<channels).contains(where: { power($0) >= Self.signal }) {
      if blocks == 0 { firstBlock = start }
      blocks += 1
      for index in powers.indices {
        powers[index] += power(index)
        totals[index] += power(index)
      }
    }
    for index in sums.indices { (sums[index], squares[index]) = (0, 0) }
    blockCount = 0
    if blocks == Self.window { judge() }
  }

  private mutating func judge() {
    var (loudest, total) = (0, 0.0)
    for channel in 0..<channels {
      // A slightly louder one is not preferred to the first.
      if powers[channel] > 1.26 * powers[loudest] { loudest = channel }
      total += powers[channel]
    }
    let mix = powers[channels]
    let unrelated = total / Double(channels * channels)
    func isSofter(than power: Double, by decibels: Double) -> Bool { mix * pow(10, decibels / 10) < power }
    if isSofter(than: powers[loudest], by: Self.cancellation), isSofter(than: unrelated, by: Self.surplus) {
      if !isCancelled {
        isCancelled = true
        let difference = mix > 0 ? min(10 * log10(powers[loudest] / mix), 99) : 99
        warn(
          .cancelled, at: firstBlock, channel: nil,
          "the mix of the \(channels) channels is \(Int(difference)) dB softer than channel \(loudest + 1): one of them "
            + "is inverted, so they cancel each other out; use --channel \(loudest + 1)")
      }
    } else if !isSofter(than: powers[loudest], by: Self.recovery) {
      isCancelled = false
    }
    wasJudged = true
    blocks = 0
    for index in powers.indices { powers[index] = 0 }
  }

  private mutating func warn(_ code: CaptureWarning.Code, at sample: Int, channel: Int?, _ message: String) {
    warnings.append(CaptureWarning(code: code, sample: sample, message: message, channel: channel))
  }
}
