import Glibc

/// Computes feature rows from samples. A row is available as soon as its last sample is.
///
/// Row *i* covers samples [i·hop, i·hop + window); derivatives also use the rows before it. Results are therefore
/// bit-identical for any chunking of the samples. A stream needs no end marker: trailing samples that do not fill a
/// window produce no row, as with `center=False` in librosa. Nothing is allocated after `init`, unless several times as
/// many threads as there are cores compute rows at once (`WorkspacePool`).
///
///     var frontEnd = try FrontEnd(FrontEndConfiguration())
///     frontEnd.push(samples.span) { row, voiceActivity in … }
public struct FrontEnd: ~Copyable {
  public let configuration: FrontEndConfiguration
  /// The mapping of columns to features.
  public let layout: FeatureLayout
  /// Samples of a row's window.
  public let window: Int
  /// Samples from the start of a row's window to that of the next.
  public let hop: Int
  /// Rows emitted since `init` or `reset`; the next row's index.
  public private(set) var rowsEmitted = 0

  /// Rows per second.
  public var rowRate: Double { configuration.rowRate }
  /// Samples from the start of a row's window to the push that emits the row: no look-ahead beyond the window.
  public var latency: Int { window }

  private var cutter: FrameCutter
  private var deltaFilter: DeltaFilter
  private let tables: FrontEndTables
  private let needs: Needs
  private let row: AlignedBuffer  // [width]

  /// The computation steps that the configured features need.
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

  /// - Throws: the error of `FrontEndConfiguration.validate`.
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

  /// Processes the stream's next samples, any number of them, and calls `body` for each completed row.
  ///
  /// - Parameters:
  ///   - samples: mono, in [-1, 1]; non-finite samples count as 0.
  ///   - body: receives a row, [layout.width], valid only during the call, and its voice-activity features.
  public mutating func push(
    _ samples: Span<Float>, _ body: (_ row: Span<Float>, _ voiceActivity: VoiceActivityFeatures) -> Void
  ) {
    push(samples, forGate: true, body)
  }

  /// `push` without voice-activity features, for streams without a speech gate: computes only the features of the row.
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

  /// Returns to the initial state: the next sample is the first of a stream.
  public mutating func reset() {
    cutter.reset()
    deltaFilter.reset()
    rowsEmitted = 0
  }

  /// Computes the row of one frame.
  ///
  /// - Parameter forGate: whether to compute all voice-activity features; otherwise those outside the row are 0.
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

  /// Sets `bands` to the mel bands and, where cepstral coefficients are configured, `cepstrum` to their logarithms.
  private func computeBands(of spectrum: UnsafeBufferPointer<Float>, _ workspace: FrontEndWorkspace) {
    var energies = workspace.bands.mutableElements.mutableSpan
    tables.melFilterBank.apply(spectrum.span, into: &energies)
    guard needs.cepstrum else { return }
    let scale = configuration.scale == .linear ? SpectrumScale.decibels : configuration.scale
    scale.apply(workspace.bands.elements, of: configuration.spectrum, into: workspace.cepstrum.mutableElements)
  }

  /// Sets the row's derivatives from this row and earlier rows.
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
