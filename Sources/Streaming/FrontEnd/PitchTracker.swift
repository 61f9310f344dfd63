import CKernels
import Glibc

/// Fundamental frequency and strength of voicing of one window, by the autocorrelation method of Boersma (1993): the
/// autocorrelation of the windowed frame, over that of the window, is 1 at the periods of a periodic signal, whatever
/// their number in the window. Nothing is carried from row to row.
///
/// Two things differ from the paper. Frequencies fade out towards 4 kHz (a raised cosine): the harmonics that tell the
/// pitch lie below, hissing above, and peaks become broad enough for a parabola. And silence is absolute, not relative
/// to a recording's loudest moment, which a stream does not know.
struct PitchTracker: ~Copyable {
  /// Below this strength a row has no pitch: Boersma's threshold for voicing.
  static let voicedFrom: Float = 0.45
  /// What a candidate loses per octave below the highest: among a period's multiples, all as strong, the shortest wins.
  private static let octaveCost: Float = 0.02
  /// Mean power, -130 dB below full scale, below which there is nothing to measure.
  private static let silence: Float = 1e-13
  /// Where the raised cosine reaches 0, in Hz.
  private static let highest = 4000.0
  /// Samples over which the raised cosine spreads lags, at most a millisecond: kept free besides the lags themselves.
  private static func margin(_ sampleRate: Int) -> Int { sampleRate / 1000 + 1 }

  /// Lags, in samples, at which a period is looked for. The window must hold three (Boersma): at longer lags so little
  /// of it overlaps itself that chance correlations reach 1.
  static func lags(_ configuration: FrontEndConfiguration) -> ClosedRange<Int> {
    let rate = Double(configuration.sampleRate)
    let shortest = Int((rate / configuration.maximumPitch).rounded(.down))
    // Compared before it is made an integer, which a pitch near 0 would overflow.
    let longest = Int(min((rate / configuration.minimumPitch).rounded(.up), Double(configuration.window / 3)))
    return shortest...max(shortest, longest)
  }

  /// The least even size without a prime factor above 5: those are fast to transform.
  private static func fastSize(atLeast needed: Int) -> Int {
    var size = needed + needed % 2
    while true {
      var rest = size
      for factor in [2, 3, 5] { while rest.isMultiple(of: factor) { rest /= factor } }
      if rest == 1 { return size }
      size += 2
    }
  }

  /// What depends on the configuration alone; trackers share it.
  struct Tables: Sendable {
    let lags: ClosedRange<Int>
    let sampleRate: Float
    let highestPitch: Float
    let window: [Float]
    let size: Int
    let bins: Int
    /// Spectrum of the window itself, to take the frame's mean out. [2 · bins]
    let windowSpectrum: [Float]
    /// The raised cosine, where it is above 0. [at most bins]
    let weights: [Float]
    /// Size of the transform / window's autocorrelation. [lags + one on each side]
    let scale: [Float]
    /// What candidates lose. [lags]
    let costs: [Float]
    /// Autocorrelation at lag 0 of the faintest frame worth a look.
    let faintest: Float
    /// Whether the caller's spectrum serves: it may be too short to be free of circular aliasing, or of other samples.
    let sharesSpectrum: Bool

    /// For a validated configuration.
    init(_ configuration: FrontEndConfiguration) {
      let lags = PitchTracker.lags(configuration)
      let window = configuration.windowShape.factors(configuration.window)
      // A circular autocorrelation is right up to size - window.
      let needed = window.count + lags.upperBound + 1 + PitchTracker.margin(configuration.sampleRate)
      let size = configuration.fftSize >= needed ? configuration.fftSize : PitchTracker.fastSize(atLeast: needed)
      var forward = ForwardTransform(size: size)
      // SAFETY: a transform is longer than the window: `needed`.
      forward.input.base.update(from: window, count: window.count)
      forward.execute()
      let bins = ForwardTransform.bins(size)

      self.lags = lags
      self.window = window
      self.bins = bins
      self.size = size
      sampleRate = Float(configuration.sampleRate)
      highestPitch = Float(configuration.maximumPitch)
      windowSpectrum = Array(forward.output.elements)
      let width = Double(configuration.sampleRate) / Double(size)
      weights = (0..<bins).prefix { Double($0) * width < PitchTracker.highest }.map { bin in
        Float(0.5 + 0.5 * cos(.pi * Double(bin) * width / PitchTracker.highest))
      }
      let autocorrelations = [0] + (lags.lowerBound - 1...lags.upperBound + 1)
      let ofWindow = autocorrelations.map { lag in
        (lag..<window.count).reduce(0.0) { $0 + Double(window[$1]) * Double(window[$1 - lag]) }
      }
      scale = ofWindow.dropFirst().map { Float(ofWindow[0] / $0) }
      costs = lags.map { PitchTracker.octaveCost * Float(log2(Double($0) / Double(lags.lowerBound))) }
      faintest = PitchTracker.silence * Float(ofWindow[0]) * Float(size)
      sharesSpectrum = size == configuration.fftSize && configuration.preEmphasis == 0
    }
  }

  private let tables: Tables
  private var own: ForwardTransform
  private var inverse: InverseTransform
  /// Normalised autocorrelation. [lags + one on each side]
  private let correlation: AlignedBuffer

  init(_ tables: Tables) {
    self.tables = tables
    own = ForwardTransform(size: tables.size)
    inverse = InverseTransform(size: tables.size)
    correlation = AlignedBuffer(count: tables.lags.count + 2)
  }

  /// Pitch in Hz, 0 where unvoiced, and strength of voicing, 0 … 1.
  ///
  /// - Parameters:
  ///   - frame: the samples of the window, not windowed.
  ///   - spectrum: the front end's, of the configured FFT size; real and imaginary parts in turn.
  mutating func track(_ frame: Span<Float>, spectrum: Span<Float>) -> (pitch: Float, voicing: Float) {
    precondition(frame.count == tables.window.count)
    if tables.sharesSpectrum {
      precondition(spectrum.count == 2 * tables.bins)
      spectrum.withUnsafeBufferPointer { centre($0) }
    } else {
      // SAFETY: frame and window are equally long (checked), the transform is longer.
      frame.withUnsafeBufferPointer { ser_multiply($0.baseAddress, tables.window, own.input.base, tables.window.count) }
      own.execute()
      centre(own.output.elements)
    }
    inverse.execute()
    // SAFETY: the lags, one more on each side, lie within the transform, which is longer than the window and the longest
    // lag together; `scale` and `correlation` have one element for each of them.
    let autocorrelation = inverse.output.base
    let energy = autocorrelation[0]
    guard energy > tables.faintest else { return (0, 0) }
    ser_multiply(autocorrelation + (tables.lags.lowerBound - 1), tables.scale, correlation.base, correlation.count)
    return best(energy: energy)
  }

  /// Puts the power spectrum of the frame less its mean into the inverse transform; `spectrum` is [2 · bins].
  private func centre(_ spectrum: UnsafeBufferPointer<Float>) {
    let (ofWindow, weights) = (tables.windowSpectrum, tables.weights)
    let mean = spectrum[0] / ofWindow[0]
    // SAFETY: all have as many frequencies, or more.
    ser_centred_power(spectrum.baseAddress, ofWindow, mean, weights, inverse.input.base, weights.count)
    // The transform destroys its input: what lies above must be made 0 again.
    (inverse.input.base + 2 * weights.count).update(repeating: 0, count: inverse.input.count - 2 * weights.count)
  }

  /// The strongest peak of the correlation, after the cost of its octave.
  private func best(energy: Float) -> (pitch: Float, voicing: Float) {
    let correlation = correlation.elements
    var score: Float = 0
    var strength: Float = 0
    var period: Float = 0
    for index in 1...tables.lags.count {
      let (before, here, after) = (correlation[index - 1], correlation[index], correlation[index + 1])
      guard here > 0, here >= before, here > after else { continue }
      // The parabola through the three points.
      let curvature = before - 2 * here + after
      let offset = 0.5 * (before - after) / curvature
      let height = (here - 0.25 * (before - after) * offset) / energy
      let candidate = height - tables.costs[index - 1]
      if candidate > score {
        score = candidate
        strength = height
        period = Float(tables.lags.lowerBound + index - 1) + offset
      }
    }
    let voicing = min(strength, 1)
    return voicing >= Self.voicedFrom ? (min(tables.sampleRate / period, tables.highestPitch), voicing) : (0, voicing)
  }
}
