import CKernels
import Glibc

/// Samples in, feature rows out, as soon as a row's last sample is there.
///
/// Row *i* covers samples [i·hop, i·hop + window) and depends on no other, so it is the same, bit for bit, however the
/// samples were cut into chunks. There is no end to be told: samples at the end of a stream that do not fill a window
/// make no row, as with `center=False` in librosa. After `init` nothing is allocated.
///
///     var frontEnd = try FrontEnd(FrontEndConfiguration())
///     frontEnd.push(samples.span) { row, acoustics in … }
public struct FrontEnd: ~Copyable {
  public let configuration: FrontEndConfiguration
  /// Which columns of a row hold which feature.
  public let layout: FeatureLayout
  /// Samples of a row's window.
  public let window: Int
  /// Samples from the start of a row's window to that of the next.
  public let hop: Int
  /// Rows pushed out since `init` or `reset`; the next row's index.
  public private(set) var rowsEmitted = 0

  /// Rows per second.
  public var rowRate: Double { configuration.rowRate }
  /// Samples from the first that a row covers to the push that brings it out: no sample after the window is awaited.
  public var latency: Int { window }

  private var cutter: FrameCutter
  private var transform: ForwardTransform
  private var pitchTracker: PitchTracker
  private let factors: [Float]
  private let melFilterBank: MelFilterBank
  private let cosineTransform: CosineTransform
  private let chromaFilterBank: ChromaFilterBank
  private let spectralShape: SpectralShape
  private let needsMel: Bool
  private let needsMagnitude: Bool
  private let power: AlignedBuffer  // [bins]
  private let magnitude: AlignedBuffer  // [bins]
  private let scratch: AlignedBuffer  // [bins]
  private let mel: AlignedBuffer  // [melBands]
  private let row: AlignedBuffer  // [width]

  /// - Throws: what `FrontEndConfiguration.validate` finds.
  public init(_ configuration: FrontEndConfiguration) throws(ConfigurationError) {
    try configuration.validate()
    let layout = FeatureLayout(configuration)
    let bins = ForwardTransform.bins(configuration.fftSize)
    self.configuration = configuration
    self.layout = layout
    window = configuration.window
    hop = configuration.hop
    cutter = FrameCutter(window: configuration.window, hop: configuration.hop)
    transform = ForwardTransform(size: configuration.fftSize)
    pitchTracker = PitchTracker(configuration)
    factors = configuration.windowShape.factors(configuration.window)
    melFilterBank = MelFilterBank(
      bands: configuration.melBands, minimum: configuration.minimumFrequency, maximum: configuration.maximumFrequency,
      sampleRate: configuration.sampleRate, fftSize: configuration.fftSize)
    cosineTransform = CosineTransform(
      points: configuration.melBands, coefficients: configuration.cepstralCoefficients)
    chromaFilterBank = ChromaFilterBank(sampleRate: configuration.sampleRate, fftSize: configuration.fftSize)
    spectralShape = SpectralShape(
      sampleRate: configuration.sampleRate, fftSize: configuration.fftSize, rolloff: configuration.rolloff)
    needsMel = configuration.features.contains { $0 == .logMel || $0 == .mfcc }
    needsMagnitude = configuration.features.contains { $0 == .centroid || $0 == .bandwidth || $0 == .rolloff }
    power = AlignedBuffer(count: bins)
    magnitude = AlignedBuffer(count: bins)
    scratch = AlignedBuffer(count: bins)
    mel = AlignedBuffer(count: configuration.melBands)
    row = AlignedBuffer(count: layout.width)
  }

  /// Takes the stream's next samples, any number of them, and calls `body` for each row that they complete.
  ///
  /// - Parameters:
  ///   - samples: mono, in [-1, 1]; what is not finite counts as 0.
  ///   - body: receives a row, [layout.width], valid during the call only, and what a speech gate wants to know of it.
  public mutating func push(_ samples: Span<Float>, _ body: (_ row: Span<Float>, _ acoustics: Acoustics) -> Void) {
    var offset = 0
    while offset < samples.count {
      offset += cutter.fill(samples.extracting(offset..<samples.count))
      if let frame = cutter.frame {
        let acoustics = analyse(frame.span)
        rowsEmitted += 1
        body(row.elements.span, acoustics)
        cutter.advance()
      }
    }
  }

  /// As new: the next sample is the first of a stream.
  public mutating func reset() {
    cutter.reset()
    rowsEmitted = 0
  }

  /// Computes the row of one window.
  private mutating func analyse(_ frame: Span<Float>) -> Acoustics {
    // SAFETY: frame and factors are `window` long, which is no longer than the transform (validated); spectrum and power
    // have the same bins. What is behind the window in the transform's input stays 0.
    frame.withUnsafeBufferPointer { ser_multiply($0.baseAddress, factors, transform.input.base, window) }
    transform.execute()
    ser_power(transform.output.base, power.base, power.count)
    let rms = Waveform.rms(frame)
    let (pitch, voicing) = pitchTracker.track(frame, spectrum: transform.output.elements.span)
    var scratch = scratch.mutableElements.mutableSpan
    let acoustics = Acoustics(
      level: Waveform.level(rms: rms), voicing: voicing, pitch: pitch,
      flatness: spectralShape.flatness(power.elements.span, scratch: &scratch))
    if needsMel { computeMel() }
    var shape: (centroid: Float, bandwidth: Float, rolloff: Float) = (0, 0, 0)
    if needsMagnitude {
      // SAFETY: both hold all bins.
      ser_square_root(power.base, magnitude.base, magnitude.count)
      shape = spectralShape.measure(magnitude.elements.span)
    }

    for block in layout.blocks {
      // SAFETY: the layout's columns lie within the row.
      let columns = UnsafeMutableBufferPointer(start: row.base + block.columns.lowerBound, count: block.columns.count)
      var span = columns.mutableSpan
      switch block.feature {
      // SAFETY: `log_mel` has as many columns as there are bands.
      case .logMel: columns.baseAddress!.update(from: mel.base, count: mel.count)
      case .mfcc: cosineTransform.apply(mel.elements.span, into: &span)
      case .chroma: chromaFilterBank.apply(power.elements.span, into: &span)
      case .centroid: span[0] = shape.centroid
      case .bandwidth: span[0] = shape.bandwidth
      case .rolloff: span[0] = shape.rolloff
      case .flatness: span[0] = acoustics.flatness
      case .logFlatness: span[0] = 10 * log10(acoustics.flatness)
      case .zeroCrossingRate: span[0] = Waveform.zeroCrossingRate(frame)
      case .rms: span[0] = rms
      case .level: span[0] = acoustics.level
      case .pitch: span[0] = pitch
      case .logPitch: span[0] = pitch > 0 ? log2(pitch / 100) * voicing : 0
      case .voicing: span[0] = voicing
      }
    }
    return acoustics
  }

  /// Sets `mel` to the decibels of the mel bands.
  private func computeMel() {
    var energies = mel.mutableElements.mutableSpan
    melFilterBank.apply(power.elements.span, into: &energies)
    // SAFETY: both kernels work in place on the whole of `mel`.
    ser_limit_below(mel.base, 1e-10, mel.base, mel.count)
    ser_log(mel.base, mel.base, mel.count)
    let decibels = Float(10 / log(10.0))
    for band in energies.indices { energies[band] *= decibels }
  }
}
