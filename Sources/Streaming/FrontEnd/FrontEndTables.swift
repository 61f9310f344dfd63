import Synchronization

/// Filter banks, windows and workspaces: what of a front end depends on its configuration alone. The front ends of all
/// streams share it, so that the caches of a core that hears many streams hold it once.
struct FrontEndTables: Sendable {
  let factors: [Float]
  let melFilterBank: MelFilterBank
  let cosineTransform: CosineTransform
  let chromaFilterBank: ChromaFilterBank
  let spectralShape: SpectralShape
  let spectralContrast: SpectralContrast
  let pitch: PitchTracker.Tables
  /// Points of the spectrum at which partials are looked for.
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

  /// The tables that were asked for last: a program makes many front ends of one configuration, not the other way round.
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
