/// The complete configuration of a `FrontEnd`. The defaults are those of the built-in model.
public struct FrontEndConfiguration: Codable, Sendable, Equatable {
  /// Samples per second of the input.
  public var sampleRate = 16000
  /// Length of a row's window.
  public var windowMilliseconds = 80.0
  /// Time from a row to the next.
  public var hopMilliseconds = 40.0
  /// Points of the Fourier transform; the window is padded to it with zeros.
  public var fftSize = 2048
  public var windowShape = WindowShape.hann
  /// Pre-emphasis coefficient: the share of the previous sample that is subtracted from each sample before the spectrum
  /// is computed, 0 (off) ..< 1; typically 0.97. Level, zero crossings and pitch use the unfiltered samples.
  public var preEmphasis = 0.0
  /// Whether `spectrogram`, `mel` and `mfcc` use the power or the magnitude spectrum.
  public var spectrum = SpectrumQuantity.power
  /// The scale of `spectrogram` and `mel`.
  public var scale = SpectrumScale.decibels
  /// Triangular mel filters for `mel` and `mfcc`.
  public var melBands = 80
  /// Lower edge of the first mel band, in Hz.
  public var minimumFrequency = 0.0
  /// Upper edge of the last mel band, in Hz.
  public var maximumFrequency = 8000.0
  /// Columns of `mfcc`, at most `melBands`.
  public var cepstralCoefficients = 40
  /// L of the sinusoidal lifter of `mfcc`; 0 for none.
  public var lifter = 0.0
  /// Share of the magnitude below the `rolloff` frequency, between 0 and 1.
  public var rolloff = 0.85
  /// Lowest detectable fundamental frequency, in Hz. The window must hold three of its periods.
  public var minimumPitch = 60.0
  /// Highest detectable fundamental frequency, in Hz.
  public var maximumPitch = 600.0
  /// The features of a row, in this order.
  public var features: [Feature] = [
    .mfcc, .chroma, .centroid, .bandwidth, .flatness, .rolloff, .zeroCrossingRate, .level, .logPitch, .voicing,
  ]
  /// Features, a subset of `features`, whose first derivative over time is part of a row.
  public var deltas: [Feature] = []
  /// Features, a subset of `features`, whose second derivative over time is part of a row.
  public var deltaDeltas: [Feature] = []
  /// Rows in the fit of a derivative, ending with the current one; odd.
  public var deltaWindow = 9

  public init() {}

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case sampleRate, windowMilliseconds, hopMilliseconds, fftSize, windowShape, preEmphasis, spectrum, scale, melBands
    case minimumFrequency, maximumFrequency, cepstralCoefficients, lifter, rolloff, minimumPitch, maximumPitch, features
    case deltas, deltaDeltas, deltaWindow
  }

  /// Every key is optional; missing keys take their defaults. The result is not yet validated.
  ///
  /// - Throws: a `ConfigurationError` for an unknown key, feature or window shape, and the decoder's errors for values
  ///   of the wrong type.
  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    try section.read(.sampleRate, into: &sampleRate)
    try section.read(.windowMilliseconds, into: &windowMilliseconds)
    try section.read(.hopMilliseconds, into: &hopMilliseconds)
    try section.read(.fftSize, into: &fftSize)
    try section.read(.windowShape, into: &windowShape)
    try section.read(.preEmphasis, into: &preEmphasis)
    try section.read(.spectrum, into: &spectrum)
    try section.read(.scale, into: &scale)
    try section.read(.melBands, into: &melBands)
    try section.read(.minimumFrequency, into: &minimumFrequency)
    try section.read(.maximumFrequency, into: &maximumFrequency)
    try section.read(.cepstralCoefficients, into: &cepstralCoefficients)
    try section.read(.lifter, into: &lifter)
    try section.read(.rolloff, into: &rolloff)
    try section.read(.minimumPitch, into: &minimumPitch)
    try section.read(.maximumPitch, into: &maximumPitch)
    try section.read(.features, into: &features)
    try section.read(.deltas, into: &deltas)
    try section.read(.deltaDeltas, into: &deltaDeltas)
    try section.read(.deltaWindow, into: &deltaWindow)
  }

  /// Samples of a row's window, rounded to the nearest.
  public var window: Int { samples(windowMilliseconds) }

  /// Samples from the start of a row's window to that of the next, rounded to the nearest.
  public var hop: Int { samples(hopMilliseconds) }

  /// From one point of the spectrum to the next, in Hz.
  var binWidth: Float { Float(sampleRate) / Float(fftSize) }

  /// Rows per second.
  public var rowRate: Double { Double(sampleRate) / Double(hop) }

  private func samples(_ milliseconds: Double) -> Int {
    Int((milliseconds * Double(sampleRate) / 1000).rounded())
  }

  /// Checks that a front end can be created from this configuration.
  ///
  /// - Throws: one sentence about the first unusable value.
  public func validate() throws(ConfigurationError) {
    func require(_ key: CodingKeys, _ holds: Bool, _ message: @autoclosure () -> String) throws(ConfigurationError) {
      if !holds { throw ConfigurationError(key: key.rawValue, message: message()) }
    }
    try require(
      .sampleRate, (1000...384_000).contains(sampleRate), "\(sampleRate) Hz is not between 1000 and 384000 Hz")
    try require(
      .windowMilliseconds, windowMilliseconds > 0 && windowMilliseconds <= 10_000 && window >= 16,
      "\(windowMilliseconds) ms is not between 16 samples and 10 s")
    try require(
      .hopMilliseconds, hopMilliseconds > 0 && hopMilliseconds <= 10_000 && hop >= 1,
      "\(hopMilliseconds) ms is not between one sample and 10 s")
    try require(
      .fftSize, (32...1 << 20).contains(fftSize) && fftSize.isMultiple(of: 2),
      "\(fftSize) is not an even number between 32 and 1048576")
    try require(
      .fftSize, window <= fftSize, "a window of \(windowMilliseconds) ms is \(window) samples, more than \(fftSize)")
    try require(.preEmphasis, preEmphasis >= 0 && preEmphasis < 1, "\(preEmphasis) is not between 0 and 1")
    let nyquist = Double(sampleRate) / 2
    try require(
      .minimumFrequency, minimumFrequency >= 0 && minimumFrequency < maximumFrequency,
      "\(minimumFrequency) Hz is not between 0 and the maximum frequency of \(maximumFrequency) Hz")
    try require(
      .maximumFrequency, maximumFrequency <= nyquist,
      "\(maximumFrequency) Hz is above \(nyquist) Hz, half the sample rate")
    let mostBands = min(fftSize / 2, 1024)
    try require(.melBands, (1...mostBands).contains(melBands), "\(melBands) is not between 1 and \(mostBands)")
    try require(
      .cepstralCoefficients, (1...melBands).contains(cepstralCoefficients),
      "\(cepstralCoefficients) is not between 1 and the \(melBands) mel bands")
    try require(.lifter, lifter >= 0 && lifter <= 1000, "\(lifter) is not between 0 and 1000")
    try require(.rolloff, rolloff > 0 && rolloff < 1, "\(rolloff) is not between 0 and 1")
    try require(
      .minimumPitch, minimumPitch > 0 && minimumPitch < maximumPitch,
      "\(minimumPitch) Hz is not between 0 and the maximum pitch of \(maximumPitch) Hz")
    try require(
      .maximumPitch, maximumPitch <= Double(sampleRate) / 8,
      "\(maximumPitch) Hz is above \(sampleRate / 8) Hz, an eighth of the sample rate")
    try require(
      .maximumPitch, PitchTracker.lags(self).count >= 3,
      "three periods of \(maximumPitch) Hz do not fit into a window of \(windowMilliseconds) ms")
    try require(.features, !features.isEmpty, "a row needs at least one feature")
    try require(
      .features, !features.contains(.contrast) || SpectralContrast.lowestRate < sampleRate,
      "‘contrast’ needs a sample rate above \(SpectralContrast.lowestRate) Hz for its seven bands, not \(sampleRate) Hz"
    )
    for (key, list) in [(CodingKeys.features, features), (.deltas, deltas), (.deltaDeltas, deltaDeltas)] {
      for (index, feature) in list.enumerated() {
        try require(key, !list[..<index].contains(feature), "‘\(feature.rawValue)’ is there twice")
        try require(key, features.contains(feature), "‘\(feature.rawValue)’ is not among the features of a row")
      }
    }
    try require(
      .deltaWindow, (3...99).contains(deltaWindow) && !deltaWindow.isMultiple(of: 2),
      "\(deltaWindow) is not an odd number of rows between 3 and 99")
  }
}
