import CKernels
import Glibc

/// Samples in, feature rows out, as soon as a row's last sample is there.
///
/// Row *i* covers samples [i·hop, i·hop + window), derivatives also the rows before it, so it is the same, bit for bit,
/// however the samples were cut into chunks. There is no end to be told: samples at the end of a stream that do not
/// fill a window make no row, as with `center=False` in librosa. After `init` nothing is allocated.
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
  private var deltaFilter: DeltaFilter
  private let tables: FrontEndTables
  private let needs: Needs
  private let power: AlignedBuffer  // [bins]
  private let magnitude: AlignedBuffer  // [bins]
  private let bands: AlignedBuffer  // [melBands]
  private let cepstrum: AlignedBuffer  // logarithms of the bands, [melBands]
  private let extremes: AlignedBuffer
  private let row: AlignedBuffer  // [width]

  /// Which steps the features of a row ask for.
  private struct Needs {
    let spectrum, magnitude, shape, bands, cepstrum, pitch, flatness, level: Bool

    init(_ configuration: FrontEndConfiguration) {
      func has(_ features: Feature...) -> Bool { features.contains(where: configuration.features.contains) }
      shape = has(.centroid, .bandwidth, .rolloff)
      bands = has(.mel, .mfcc)
      cepstrum = has(.mfcc)
      pitch = has(.pitch, .logPitch, .voicing)
      flatness = has(.flatness, .logFlatness)
      level = has(.rms, .level)
      magnitude =
        shape || has(.contrast) || configuration.spectrum == .magnitude && (bands || has(.spectrogram))
      spectrum = magnitude || bands || pitch || flatness || has(.spectrogram, .chroma)
    }
  }

  /// - Throws: what `FrontEndConfiguration.validate` finds.
  public init(_ configuration: FrontEndConfiguration) throws(ConfigurationError) {
    try configuration.validate()
    let layout = FeatureLayout(configuration)
    let bins = ForwardTransform.bins(configuration.fftSize)
    self.configuration = configuration
    self.layout = layout
    window = configuration.window
    hop = configuration.hop
    cutter = FrameCutter(
      window: configuration.window, hop: configuration.hop, lead: configuration.preEmphasis > 0 ? 1 : 0)
    transform = ForwardTransform(size: configuration.fftSize)
    let hasDeltas = !configuration.deltas.isEmpty || !configuration.deltaDeltas.isEmpty
    deltaFilter = DeltaFilter(window: configuration.deltaWindow, width: hasDeltas ? layout.width : 0)
    tables = FrontEndTables.shared(configuration)
    pitchTracker = PitchTracker(tables.pitch)
    needs = Needs(configuration)
    power = AlignedBuffer(count: bins)
    magnitude = AlignedBuffer(count: bins)
    bands = AlignedBuffer(count: configuration.melBands)
    cepstrum = AlignedBuffer(count: configuration.melBands)
    extremes = tables.spectralContrast.makeScratch()
    row = AlignedBuffer(count: layout.width)
  }

  /// Takes the stream's next samples, any number of them, and calls `body` for each row that they complete.
  ///
  /// - Parameters:
  ///   - samples: mono, in [-1, 1]; what is not finite counts as 0.
  ///   - body: receives a row, [layout.width], valid during the call only, and what a speech gate wants to know of it.
  public mutating func push(_ samples: Span<Float>, _ body: (_ row: Span<Float>, _ acoustics: Acoustics) -> Void) {
    push(samples, forGate: true, body)
  }

  /// As `push` with acoustics, where no speech gate follows: nothing is measured but what rows hold.
  public mutating func push(_ samples: Span<Float>, _ body: (_ row: Span<Float>) -> Void) {
    push(samples, forGate: false) { row, _ in body(row) }
  }

  @inline(__always)
  private mutating func push(_ samples: Span<Float>, forGate: Bool, _ body: (Span<Float>, Acoustics) -> Void) {
    var offset = 0
    while offset < samples.count {
      offset += cutter.fill(samples.extracting(offset..<samples.count))
      if let frame = cutter.frame {
        let acoustics = analyse(frame.span, forGate: forGate)
        rowsEmitted += 1
        body(row.elements.span, acoustics)
        cutter.advance()
      }
    }
  }

  /// As new: the next sample is the first of a stream.
  public mutating func reset() {
    cutter.reset()
    deltaFilter.reset()
    rowsEmitted = 0
  }

  /// Computes the row of one frame.
  ///
  /// - Parameter forGate: whether all acoustics are wanted, or only those that the row holds; others are 0.
  private mutating func analyse(_ frame: Span<Float>, forGate: Bool) -> Acoustics {
    let samples = frame.extracting(cutter.lead..<frame.count)
    if needs.spectrum || forGate { computeSpectrum(frame) }
    var acoustics = Acoustics(level: 0, voicing: 0, pitch: 0, flatness: 0)
    var rms: Float = 0
    if needs.level || forGate {
      rms = Waveform.rms(samples)
      acoustics.level = Waveform.level(rms: rms)
    }
    if needs.pitch || forGate {
      (acoustics.pitch, acoustics.voicing) = pitchTracker.track(samples, spectrum: transform.output.elements.span)
    }
    if needs.flatness || forGate { acoustics.flatness = SpectralShape.flatness(power.elements.span) }
    // SAFETY: both hold all bins.
    if needs.magnitude { ser_square_root(power.base, magnitude.base, magnitude.count) }
    if needs.bands { computeBands() }
    let shape =
      needs.shape ? tables.spectralShape.measure(magnitude.elements.span) : (centroid: 0, bandwidth: 0, rolloff: 0)

    for block in layout.blocks where block.derivative == nil {
      // SAFETY: the layout's columns lie within the row.
      let columns = UnsafeMutableBufferPointer(start: row.base + block.columns.lowerBound, count: block.columns.count)
      var span = columns.mutableSpan
      switch block.feature {
      case .spectrogram: configuration.scale.apply(spectrum, of: configuration.spectrum, into: columns)
      case .mel: configuration.scale.apply(bands.elements, of: configuration.spectrum, into: columns)
      case .mfcc: tables.cosineTransform.apply(cepstrum.elements.span, into: &span)
      case .chroma: tables.chromaFilterBank.apply(power.elements.span, into: &span)
      case .centroid: span[0] = shape.centroid
      case .bandwidth: span[0] = shape.bandwidth
      case .rolloff: span[0] = shape.rolloff
      case .contrast: tables.spectralContrast.apply(magnitude.elements.span, scratch: extremes, into: &span)
      case .flatness: span[0] = acoustics.flatness
      case .logFlatness: span[0] = 10 * log10(acoustics.flatness)
      case .zeroCrossingRate: span[0] = Waveform.zeroCrossingRate(samples)
      case .rms: span[0] = rms
      case .level: span[0] = acoustics.level
      case .pitch: span[0] = acoustics.pitch
      case .logPitch: span[0] = acoustics.pitch > 0 ? log2(acoustics.pitch / 100) * acoustics.voicing : 0
      case .voicing: span[0] = acoustics.voicing
      }
    }
    if deltaFilter.width > 0 { computeDerivatives() }
    return acoustics
  }

  /// Sets the transform's output and `power` to the spectrum of a frame.
  private mutating func computeSpectrum(_ frame: Span<Float>) {
    frame.withUnsafeBufferPointer { frame in
      // SAFETY: the frame is `lead` + `window` long and the factors `window`, which is no longer than the transform
      // (validated). What is behind the window in the transform's input stays 0.
      if cutter.lead == 0 {
        ser_multiply(frame.baseAddress, tables.factors, transform.input.base, window)
      } else {
        let coefficient = Float(configuration.preEmphasis)
        ser_pre_emphasize(frame.baseAddress, coefficient, tables.factors, transform.input.base, window)
      }
    }
    transform.execute()
    // SAFETY: spectrum and power have the same bins.
    ser_power(transform.output.base, power.base, power.count)
  }

  /// The spectrum in the configured quantity.
  private var spectrum: UnsafeBufferPointer<Float> {
    switch configuration.spectrum {
    case .power: power.elements
    case .magnitude: magnitude.elements
    }
  }

  /// Sets `bands` to the mel bands and, where there are to be coefficients, `cepstrum` to their logarithms.
  private func computeBands() {
    var energies = bands.mutableElements.mutableSpan
    tables.melFilterBank.apply(spectrum.span, into: &energies)
    guard needs.cepstrum else { return }
    let scale = configuration.scale == .linear ? SpectrumScale.decibels : configuration.scale
    scale.apply(bands.elements, of: configuration.spectrum, into: cepstrum.mutableElements)
  }

  /// Sets the row's derivatives from this row and those before.
  private mutating func computeDerivatives() {
    deltaFilter.push(row.elements.span)
    for block in layout.blocks {
      guard let order = block.derivative, let source = layout.columns(of: block.feature) else { continue }
      // SAFETY: the layout's columns lie within the row.
      let columns = UnsafeMutableBufferPointer(start: row.base + block.columns.lowerBound, count: block.columns.count)
      deltaFilter.derivative(order, of: source, into: columns)
    }
  }
}
