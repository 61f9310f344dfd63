import Glibc

/// A second-order filter (Bristow-Johnson, "Cookbook formulae for audio equalizer biquad filter coefficients").
struct Biquad: Sendable, Equatable {
  /// Coefficients of the numerator and the denominator, divided by the denominator's first.
  var b0, b1, b2, a1, a2: Double

  private init(_ b: (Double, Double, Double), _ a: (Double, Double, Double)) {
    (b0, b1, b2) = (b.0 / a.0, b.1 / a.0, b.2 / a.0)
    (a1, a2) = (a.1 / a.0, a.2 / a.0)
  }

  /// `gain` dB below `frequency`, half of it at `frequency`, 0 dB above; the steepest slope without overshoot.
  static func lowShelf(_ frequency: Double, gain: Double, rate: Int) -> Biquad {
    shelf(frequency, gain, rate, low: true)
  }

  /// `gain` dB above `frequency`, half of it at `frequency`, 0 dB below.
  static func highShelf(_ frequency: Double, gain: Double, rate: Int) -> Biquad {
    shelf(frequency, gain, rate, low: false)
  }

  private static func shelf(_ frequency: Double, _ gain: Double, _ rate: Int, low: Bool) -> Biquad {
    let a = pow(10, gain / 40)
    let (cosine, alpha) = angles(frequency, 0.5.squareRoot(), rate)
    let root = 2 * a.squareRoot() * alpha
    // The high shelf is the low shelf with the sign of the cosine inverted.
    let c = low ? cosine : -cosine
    let sign = low ? 1.0 : -1.0
    return Biquad(
      (
        a * (a + 1 - (a - 1) * c + root), sign * 2 * a * (a - 1 - (a + 1) * c), a * (a + 1 - (a - 1) * c - root)
      ),
      (a + 1 + (a - 1) * c + root, sign * -2 * (a - 1 + (a + 1) * c), a + 1 + (a - 1) * c - root))
  }

  /// `gain` dB at `frequency`, 0 dB far from it.
  static func peak(_ frequency: Double, gain: Double, quality: Double, rate: Int) -> Biquad {
    let a = pow(10, gain / 40)
    let (cosine, alpha) = angles(frequency, quality, rate)
    return Biquad((1 + alpha * a, -2 * cosine, 1 - alpha * a), (1 + alpha / a, -2 * cosine, 1 - alpha / a))
  }

  /// Low-pass at `frequency`, where the gain is `quality`.
  static func lowPass(_ frequency: Double, quality: Double, rate: Int) -> Biquad {
    let (cosine, alpha) = angles(frequency, quality, rate)
    return Biquad(((1 - cosine) / 2, 1 - cosine, (1 - cosine) / 2), (1 + alpha, -2 * cosine, 1 - alpha))
  }

  /// High-pass at `frequency`, where the gain is `quality`.
  static func highPass(_ frequency: Double, quality: Double, rate: Int) -> Biquad {
    let (cosine, alpha) = angles(frequency, quality, rate)
    return Biquad(((1 + cosine) / 2, -(1 + cosine), (1 + cosine) / 2), (1 + alpha, -2 * cosine, 1 - alpha))
  }

  /// Butterworth filters of fourth order at both ends of a band: −3 dB at the end, 24 dB per octave beyond. An end
  /// beyond half the rate has no filter.
  static func band(_ band: ClosedRange<Double>, rate: Int) -> [Biquad] {
    // Quality of the two pole pairs: 1 / (2 cos(π/8)) and 1 / (2 cos(3π/8)).
    let qualities = [0.541_196_100_146_197, 1.306_562_964_876_376]
    let nyquist = Double(rate) / 2
    return qualities.filter { _ in band.lowerBound < nyquist }.map {
      highPass(band.lowerBound, quality: $0, rate: rate)
    }
      + qualities.filter { _ in band.upperBound < nyquist }.map { lowPass(band.upperBound, quality: $0, rate: rate) }
  }

  private static func angles(_ frequency: Double, _ quality: Double, _ rate: Int) -> (cosine: Double, alpha: Double) {
    let angle = 2 * .pi * frequency / Double(rate)
    return (cos(angle), sin(angle) / (2 * quality))
  }

  /// Filters a sound, starting from silence.
  func apply(to samples: inout [Float]) {
    var (first, second) = (0.0, 0.0)
    for i in samples.indices {
      // Transposed direct form II.
      let input = Double(samples[i])
      let output = b0 * input + first
      first = b1 * input - a1 * output + second
      second = b2 * input - a2 * output
      samples[i] = Float(output)
    }
  }
}
