/// Everything that determines the rows of a `FrontEnd`. The defaults are those of the shipped model.
public struct FrontEndConfiguration: Codable, Sendable, Equatable {
  /// Samples per second of what is pushed.
  public var sampleRate = 16000
  /// Length of the samples that a row looks at.
  public var windowMilliseconds = 80.0
  /// Time from a row to the next.
  public var hopMilliseconds = 40.0
  /// Points of the Fourier transform; the window is padded to it with zeros.
  public var fftSize = 2048
  public var windowShape = WindowShape.hann
  /// Triangles on the mel scale for `log_mel` and `mfcc`.
  public var melBands = 80
  /// Lower edge of the first mel band, in Hz.
  public var minimumFrequency = 0.0
  /// Upper edge of the last mel band, in Hz.
  public var maximumFrequency = 8000.0
  /// Columns of `mfcc`, at most `melBands`.
  public var cepstralCoefficients = 40
  /// Part of the magnitude below the `rolloff` frequency, between 0 and 1.
  public var rolloff = 0.85
  /// Lowest fundamental frequency looked for, in Hz. The window must hold three periods for it to be found.
  public var minimumPitch = 60.0
  /// Highest fundamental frequency looked for, in Hz.
  public var maximumPitch = 600.0
  /// What a row consists of, in this order.
  public var features: [Feature] = [
    .mfcc, .chroma, .centroid, .bandwidth, .flatness, .rolloff, .zeroCrossingRate, .level, .logPitch, .voicing,
  ]

  public init() {}

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case sampleRate, windowMilliseconds, hopMilliseconds, fftSize, windowShape, melBands, minimumFrequency
    case maximumFrequency, cepstralCoefficients, rolloff, minimumPitch, maximumPitch, features
  }

  /// Any key, so that a misspelt one can be named.
  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Every key is optional; what is missing has its default. The result is not yet validated.
  ///
  /// - Throws: `ConfigurationError` for a key, feature or window shape that does not exist, and what the decoder
  ///   throws for values of the wrong type.
  public init(from decoder: any Decoder) throws {
    for key in try decoder.container(keyedBy: AnyKey.self).allKeys where CodingKeys(rawValue: key.stringValue) == nil {
      let valid = CodingKeys.allCases.map(\.rawValue).joined(separator: ", ")
      throw ConfigurationError(key: key.stringValue, message: "the front end has no such setting; it has \(valid)")
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func decode<Value: Decodable>(_ key: CodingKeys, into value: inout Value) throws {
      if let found = try container.decodeIfPresent(Value.self, forKey: key) { value = found }
    }
    try decode(.sampleRate, into: &sampleRate)
    try decode(.windowMilliseconds, into: &windowMilliseconds)
    try decode(.hopMilliseconds, into: &hopMilliseconds)
    try decode(.fftSize, into: &fftSize)
    try decode(.windowShape, into: &windowShape)
    try decode(.melBands, into: &melBands)
    try decode(.minimumFrequency, into: &minimumFrequency)
    try decode(.maximumFrequency, into: &maximumFrequency)
    try decode(.cepstralCoefficients, into: &cepstralCoefficients)
    try decode(.rolloff, into: &rolloff)
    try decode(.minimumPitch, into: &minimumPitch)
    try decode(.maximumPitch, into: &maximumPitch)
    try decode(.features, into: &features)
  }

  /// Samples of a row's window, rounded to the nearest.
  public var window: Int { samples(windowMilliseconds) }

  /// Samples from the start of a row's window to that of the next, rounded to the nearest.
  public var hop: Int { samples(hopMilliseconds) }

  /// Rows per second.
  public var rowRate: Double { Double(sampleRate) / Double(hop) }

  private func samples(_ milliseconds: Double) -> Int {
    Int((milliseconds * Double(sampleRate) / 1000).rounded())
  }

  /// Checks that a front end can be made of this.
  ///
  /// - Throws: a sentence about the first value that does not work.
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
    let nyquist = Double(sampleRate) / 2
    try require(
      .minimumFrequency, minimumFrequency >= 0 && minimumFrequency < maximumFrequency,
      "\(minimumFrequency) Hz is not between 0 and the maximum frequency of \(maximumFrequency) Hz")
    try require(
      .maximumFrequency, maximumFrequency <= nyquist,
      "\(maximumFrequency) Hz is above \(nyquist) Hz, half the sample rate")
    try require(.melBands, (1...fftSize / 2).contains(melBands), "\(melBands) is not between 1 and \(fftSize / 2)")
    try require(
      .cepstralCoefficients, (1...melBands).contains(cepstralCoefficients),
      "\(cepstralCoefficients) is not between 1 and the \(melBands) mel bands")
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
    for (index, feature) in features.enumerated() {
      try require(
        .features, !features[..<index].contains(feature), "‘\(feature.rawValue)’ is there twice")
    }
  }
}
