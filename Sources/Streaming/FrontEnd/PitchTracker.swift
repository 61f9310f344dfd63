import CKernels
import Glibc

/// Fundamental frequency and voicing strength of one window by the autocorrelation method of Boersma (1993): the
/// autocorrelation of the windowed frame, divided by that of the window, is 1 at the periods of a periodic signal, for
/// any number of periods in the window. No state is carried from row to row.
///
/// Two things differ from the paper. First, frequencies fade out towards 4 kHz (a raised cosine): the harmonics that
/// determine the pitch lie below and hissing above, and peaks become broad enough for a parabola. Second, the silence
/// threshold is absolute rather than relative to the recording's maximum, which a stream does not have.
struct PitchTracker: ~Copyable {
  /// Rows below this voicing strength have no pitch: Boersma's threshold for voicing.
  static let voicedFrom: Float = 0.45
  /// Penalty of a candidate per octave below the highest: among equally strong multiples of a period, the shortest
  /// wins.
  private static let octaveCost: Float = 0.02
  /// Mean power, -130 dB below full scale, below which a frame counts as silent.
  private static let silence: Float = 1e-13
  /// Where the raised cosine reaches 0, in Hz.
  private static let highest = 4000.0
  /// Samples by which the raised cosine widens lags, at most a millisecond; reserved in addition to the lags.
  private static func margin(_ sampleRate: Int) -> Int { sampleRate / 1000 + 1 }

  /// Candidate lags, in samples. The window must hold three periods (Boersma): at longer lags the overlap is so short
  /// that chance correlations reach 1.
  static func lags(_ configuration: FrontEndConfiguration) -> ClosedRange<Int> {
    let rate = Double(configuration.sampleRate)
    let shortest = Int((rate / configuration.maximumPitch).rounded(.down))
    // Compared before the conversion to an integer, which would overflow for a pitch near 0.
    let longest = Int(min((rate / configuration.minimumPitch).rounded(.up), Double(configuration.window / 3)))
    return shortest...max(shortest, longest)
  }

  /// The smallest even size without a prime factor above 5; such sizes transform fast.
  private static func fastSize(atLeast needed: Int) -> Int {
    var size = needed + needed % 2
    while true {
      var rest = size
      for factor in [2, 3, 5] { while rest.isMultiple(of: factor) { rest /= factor } }
      if rest == 1 { return size }
      size += 2
    }
  }

  /// Tables that depend only on the configuration; trackers share them.
  struct Tables: Sendable {
    let lags: ClosedRange<Int>
    let sampleRate: Float
    let highestPitch: Float
    let window: [Float]
    let size: Int
    let bins: Int
    /// Spectrum of the window itself, for the removal of the frame's mean. [2 · bins]
    let windowSpectrum: [Float]
    /// The raised cosine, where it is above 0. [at most bins]
    let weights: [Float]
    /// Size of the transform / window's autocorrelation. [lags + one on each side]
    let scale: [Float]
    /// Penalties of the candidates. [lags]
    let costs: [Float]
    /// Autocorrelation at lag 0 of the quietest frame that is analysed.
    let faintest: Float
    /// Whether the caller's spectrum can be used: it may be too short to be free of circular aliasing, or computed from
    /// other samples.
    let sharesSpectrum: Bool

    /// For a validated configuration.
    init(_ configuration: FrontEndConfiguration) {
      let lags = PitchTracker.lags(configuration)
      let window = configuration.windowShape.factors(configuration.window)
      // A circular autocorrelation is exact up to size - window.
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

  /// Pitch in Hz, 0 where unvoiced, and voicing strength, 0 … 1.
  ///
  /// - Parameters:
  ///   - frame: the samples of the window, without the window function.
  ///   - spectrum: the front end's, of the configured FFT size; real and imaginary parts interleaved.
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
    // SAFETY: the lags, one more on each side, lie within the transform, which is longer than the window and the
    // longest lag together; `scale` and `correlation` have one element for each of them.
    let autocorrelation = inverse.output.base
    let energy = autocorrelation[0]
    guard energy > tables.faintest else { return (0, 0) }
    ser_multiply(autocorrelation + (tables.lags.lowerBound - 1), tables.scale, correlation.base, correlation.count)
    return best(energy: energy)
  }

  /// Writes the power spectrum of the frame without its mean to the inverse transform; `spectrum` is [2 · bins].
  private func centre(_ spectrum: UnsafeBufferPointer<Float>) {
    let (ofWindow, weights) = (tables.windowSpectrum, tables.weights)
    let mean = spectrum[0] / ofWindow[0]
    // SAFETY: all have at least as many frequencies.
    ser_centred_power(spectrum.baseAddress, ofWindow, mean, weights, inverse.input.base, weights.count)
    // The transform destroys its input; the frequencies above must be zeroed again.
    (inverse.input.base + 2 * weights.count).update(repeating: 0, count: inverse.input.count - 2 * weights.count)
  }

  /// The strongest peak of the correlation after the octave penalty.
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
