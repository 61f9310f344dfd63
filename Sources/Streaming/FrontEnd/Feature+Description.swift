extension Feature {
  /// The unit of the feature's columns; empty where dimensionless.
  ///
  /// - Parameter configuration: of the front end that computes the rows.
  public func unit(_ configuration: FrontEndConfiguration) -> String {
    switch self {
    case .spectrogram, .mel:
      switch configuration.scale {
      case .linear: ""
      case .decibels: "dB"
      case .log: "ln"
      }
    case .mfcc: configuration.scale == .log ? "ln" : "dB"
    case .contrast, .logFlatness: "dB"
    case .level: "dBFS"
    case .centroid, .bandwidth, .rolloff, .pitch: "Hz"
    case .logPitch: "octaves"
    case .chroma, .flatness, .zeroCrossingRate, .rms, .voicing: ""
    }
  }

  /// A short description of the feature.
  ///
  /// - Parameter configuration: of the front end that computes the rows.
  public func summary(_ configuration: FrontEndConfiguration) -> String {
    let spectrum = configuration.spectrum.rawValue
    let lowest = Int(configuration.minimumFrequency.rounded())
    let highest = Int(configuration.maximumFrequency.rounded())
    return switch self {
    case .spectrogram: "\(spectrum) at each frequency from 0 to \(configuration.sampleRate / 2) Hz"
    case .mel: "\(spectrum) in mel bands from \(lowest) to \(highest) Hz (Slaney)"
    case .mfcc:
      "mel-frequency cepstral coefficients: orthonormal DCT-II of \(configuration.melBands) mel bands of the \(spectrum)"
        + (configuration.lifter > 0 ? ", liftered" : "")
    case .chroma: "energy of the pitch classes C, C♯ … B, the strongest being 1"
    case .centroid: "centre of gravity of the magnitude spectrum"
    case .bandwidth: "deviation of the magnitude spectrum around its centroid"
    case .contrast: "how far peaks stand out from valleys, below 200 Hz and in six octaves above"
    case .flatness: "geometric over arithmetic mean of the power spectrum, 0 (a tone) … 1 (white noise)"
    case .rolloff: "frequency below which a share of \(configuration.rolloff) of the magnitude lies"
    case .zeroCrossingRate: "sign changes per sample, 0 … 1"
    case .rms: "root mean square of the samples, full scale being 1"
    case .level: "root mean square of the samples in decibels, at least -120"
    case .pitch: "fundamental frequency, 0 where unvoiced"
    case .logPitch: "pitch above 100 Hz, weighted by voicing; 0 where unvoiced"
    case .voicing: "strength of the periodicity, 0 (none) … 1 (exactly periodic)"
    case .logFlatness: "flatness in decibels, at most 0"
    }
  }
}

extension FeatureLayout.Block {
  /// The unit of the block's columns; empty where dimensionless.
  public func unit(_ configuration: FrontEndConfiguration) -> String {
    let unit = feature.unit(configuration)
    return switch derivative {
    case nil: unit
    case 1: "\(unit)/row"
    default: "\(unit)/row²"
    }
  }

  /// A short description of the block.
  public func summary(_ configuration: FrontEndConfiguration) -> String {
    switch derivative {
    case nil: feature.summary(configuration)
    case 1: "first derivative of \(feature.rawValue) over the last \(configuration.deltaWindow) rows"
    default: "second derivative of \(feature.rawValue) over the last \(configuration.deltaWindow) rows"
    }
  }
}
