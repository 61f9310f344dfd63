import Glibc

/// Samples in, feature rows out, as soon as a row's last sample is there.
///
/// Row *i* covers samples [i·hop, i·hop + window), derivatives also the rows before it, so it is the same, bit for bit,
/// however the samples were cut into chunks. There is no end to be told: samples at the end of a stream that do not
/// fill a window make no row, as with `center=False` in librosa. After `init` nothing is allocated, unless several times as many
/// threads as there are cores compute rows at once (`WorkspacePool`).
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
  private var deltaFilter: DeltaFilter
  private let tables: FrontEndTables
  private let needs: Needs
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
    self.configuration = configuration
    self.layout = layout
    window = configuration.window
    hop = configuration.hop
    cutter = FrameCutter(
      window: configuration.window, hop: configuration.hop, lead: configuration.preEmphasis > 0 ? 1 : 0)
    let hasDeltas = !configuration.deltas.isEmpty || !configuration.deltaDeltas.isEmpty
    deltaFilter = DeltaFilter(window: configuration.deltaWindow, width: hasDeltas ? layout.width : 0)
    tables = FrontEndTables.shared(configuration)
    needs = Needs(configuration)
    row = AlignedBuffer(count: layout.width)
    tables.workspaces.join { [tables] in FrontEndWorkspace(configuration, tables) }
  }

  deinit { tables.workspaces.leave() }

  /// Takes the stream's next samples, any number of them, and calls `body` for each row that they complete.
  ///
  /// - Parameters:
  ///   - samples: mono, in [-1, 1]; what is not finite counts as 0.
  ///   - body: receives a row, [layout.width], valid during the call only, and what a speech gate wants to know of it.
  public mutating func push(
    _ samples: Span<Float>, _ body: (_ row: Span<Float>, _ voiceActivity: VoiceActivityFeatures) -> Void
  ) {
    push(samples, forGate: true, body)
  }

  /// As `push` with acoustics, where no speech gate follows: nothing is measured but what rows hold.
  public mutating func push(_ samples: Span<Float>, _ body: (_ row: Span<Float>) -> Void) {
    push(samples, forGate: false) { row, _ in body(row) }
  }

  @inline(__always)
  private mutating func push(
    _ samples: Span<Float>, forGate: Bool, _ body: (Span<Float>, VoiceActivityFeatures) -> Void
  ) {
    var offset = 0
    while offset < samples.count {
      offset += cutter.fill(samples.extracting(offset..<samples.count))
      if let frame = cutter.frame {
        let voiceActivity = analyse(frame.span, forGate: forGate)
        rowsEmitted += 1
        body(row.elements.span, voiceActivity)
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
  private mutating func analyse(_ frame: Span<Float>, forGate: Bool) -> VoiceActivityFeatures {
    let workspace = tables.workspaces.take { FrontEndWorkspace(configuration, tables) }
    defer { tables.workspaces.give(workspace) }
    let samples = frame.extracting(cutter.lead..<frame.count)
    if needs.spectrum || forGate {
      workspace.computeSpectrum(frame, preEmphasis: Float(configuration.preEmphasis), factors: tables.factors)
    }
    var voiceActivity = VoiceActivityFeatures(level: 0, voicing: 0, pitch: 0)
    var rms: Float = 0
    if needs.level || forGate {
      rms = Waveform.rms(samples)
      voiceActivity.level = Waveform.level(rms: rms)
    }
    if needs.pitch || forGate {
      (voiceActivity.pitch, voiceActivity.voicing) = workspace.trackPitch(samples)
    }
    if forGate {
      voiceActivity.partials = Partials(
        of: workspace.power.elements.span, in: tables.partialBins, binWidth: configuration.binWidth)
    }
    let flatness = needs.flatness ? SpectralShape.flatness(workspace.power.elements.span) : 0
    if needs.magnitude { workspace.computeMagnitude() }
    let spectrum = workspace.spectrum(configuration.spectrum)
    let magnitude = workspace.magnitude.elements.span
    if needs.bands { computeBands(of: spectrum, workspace) }
    let shape = needs.shape ? tables.spectralShape.measure(magnitude) : (centroid: 0, bandwidth: 0, rolloff: 0)

    for block in layout.blocks where block.derivative == nil {
      // SAFETY: the layout's columns lie within the row.
      let columns = UnsafeMutableBufferPointer(start: row.base + block.columns.lowerBound, count: block.columns.count)
      var span = columns.mutableSpan
      switch block.feature {
      case .spectrogram: configuration.scale.apply(spectrum, of: configuration.spectrum, into: columns)
      case .mel: configuration.scale.apply(workspace.bands.elements, of: configuration.spectrum, into: columns)
      case .mfcc: tables.cosineTransform.apply(workspace.cepstrum.elements.span, into: &span)
      case .chroma: tables.chromaFilterBank.apply(workspace.power.elements.span, into: &span)
      case .centroid: span[0] = shape.centroid
      case .bandwidth: span[0] = shape.bandwidth
      case .rolloff: span[0] = shape.rolloff
      case .contrast: tables.spectralContrast.apply(magnitude, scratch: workspace.extremes, into: &span)
      case .flatness: span[0] = flatness
      case .logFlatness: span[0] = 10 * log10(flatness)
      case .zeroCrossingRate: span[0] = Waveform.zeroCrossingRate(samples)
      case .rms: span[0] = rms
      case .level: span[0] = voiceActivity.level
      case .pitch: span[0] = voiceActivity.pitch
      case .logPitch: span[0] = voiceActivity.pitch > 0 ? log2(voiceActivity.pitch / 100) * voiceActivity.voicing : 0
      case .voicing: span[0] = voiceActivity.voicing
      }
    }
    if deltaFilter.width > 0 { computeDerivatives() }
    return voiceActivity
  }

  /// Sets `bands` to the mel bands and, where there are to be coefficients, `cepstrum` to their logarithms.
  private func computeBands(of spectrum: UnsafeBufferPointer<Float>, _ workspace: FrontEndWorkspace) {
    var energies = workspace.bands.mutableElements.mutableSpan
    tables.melFilterBank.apply(spectrum.span, into: &energies)
    guard needs.cepstrum else { return }
    let scale = configuration.scale == .linear ? SpectrumScale.decibels : configuration.scale
    scale.apply(workspace.bands.elements, of: configuration.spectrum, into: workspace.cepstrum.mutableElements)
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
