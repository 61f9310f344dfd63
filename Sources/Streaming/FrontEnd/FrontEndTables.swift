import Synchronization

/// Filter banks, windows and workspaces, which depend only on the configuration of a front end. All streams share them,
/// so that a core that processes many streams has them once in its caches.
struct FrontEndTables: Sendable {
  let factors: [Float]
  let melFilterBank: MelFilterBank
  let cosineTransform: CosineTransform
  let chromaFilterBank: ChromaFilterBank
  let spectralShape: SpectralShape
  let spectralContrast: SpectralContrast
  let pitch: PitchTracker.Tables
  /// Spectrum bins that are searched for partials.
  let partialBins: Range<Int>
  let workspaces = WorkspacePool()

  /// For a validated configuration.
  private init(_ configuration: FrontEndConfiguration) {
    factors = configuration.windowShape.factors(configuration.window)
    melFilterBank = MelFilterBank(
      bands: configuration.melBands, minimum: configuration.minimumFrequency, maximum: configuration.maximumFrequency,
      sampleRate: configuration.sampleRate, fftSize: configuration.fftSize)
    cosineTransform = CosineTransform(
      points: configuration.melBands, coefficients: configuration.cepstralCoefficients, lifter: configuration.lifter)
    chromaFilterBank = ChromaFilterBank(sampleRate: configuration.sampleRate, fftSize: configuration.fftSize)
    spectralShape = SpectralShape(
      sampleRate: configuration.sampleRate, fftSize: configuration.fftSize, rolloff: configuration.rolloff)
    spectralContrast = SpectralContrast(sampleRate: configuration.sampleRate, fftSize: configuration.fftSize)
    pitch = PitchTracker.Tables(configuration)
    partialBins = Partials.bins(sampleRate: configuration.sampleRate, fftSize: configuration.fftSize)
  }

  /// The tables requested last: a program creates many front ends of one configuration rather than front ends of many
  /// configurations.
  private static let newest = Mutex<(configuration: FrontEndConfiguration, tables: FrontEndTables)?>(nil)

  /// The tables of a validated configuration.
  static func shared(_ configuration: FrontEndConfiguration) -> FrontEndTables {
    newest.withLock { newest in
      if let newest, newest.configuration == configuration { return newest.tables }
      let tables = FrontEndTables(configuration)
      newest = (configuration, tables)
      return tables
    }
  }
}
