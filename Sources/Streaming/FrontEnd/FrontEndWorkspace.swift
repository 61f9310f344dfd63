import CKernels

/// Transforms and buffers for the computation of a row. They hold no state between rows. Streams share a workspace
/// (`WorkspacePool`), so that it stays in the core's caches for any number of streams.
///
/// SAFETY: `@unchecked` because the buffers change: the holder of a workspace has exclusive use of it until it is given
/// back.
final class FrontEndWorkspace: @unchecked Sendable {
  private var transform: ForwardTransform
  private var pitchTracker: PitchTracker
  let power: AlignedBuffer  // [bins]
  let magnitude: AlignedBuffer  // [bins]
  let bands: AlignedBuffer  // [melBands]
  let cepstrum: AlignedBuffer  // logarithms of the bands, [melBands]
  let extremes: AlignedBuffer

  /// For a validated configuration and its tables.
  init(_ configuration: FrontEndConfiguration, _ tables: FrontEndTables) {
    let bins = ForwardTransform.bins(configuration.fftSize)
    transform = ForwardTransform(size: configuration.fftSize)
    pitchTracker = PitchTracker(tables.pitch)
    power = AlignedBuffer(count: bins)
    magnitude = AlignedBuffer(count: bins)
    bands = AlignedBuffer(count: configuration.melBands)
    cepstrum = AlignedBuffer(count: configuration.melBands)
    extremes = tables.spectralContrast.makeScratch()
  }

  /// Sets the transform's output and `power` to the spectrum of a window.
  ///
  /// - Parameters:
  ///   - frame: the window; with pre-emphasis the sample before it leads.
  ///   - factors: of the window's shape, [window].
  func computeSpectrum(_ frame: Span<Float>, preEmphasis: Float, factors: [Float]) {
    precondition(frame.count == factors.count + (preEmphasis > 0 ? 1 : 0) && factors.count <= transform.input.count)
    frame.withUnsafeBufferPointer { frame in
      // SAFETY: lengths as above. The part of the transform's input after the window stays 0.
      if preEmphasis > 0 {
        ser_pre_emphasize(frame.baseAddress, preEmphasis, factors, transform.input.base, factors.count)
      } else {
        ser_multiply(frame.baseAddress, factors, transform.input.base, factors.count)
      }
    }
    transform.execute()
    // SAFETY: spectrum and power have the same bins.
    ser_power(transform.output.base, power.base, power.count)
  }

  /// Sets `magnitude` from `power`.
  func computeMagnitude() {
    // SAFETY: both hold all bins.
    ser_square_root(power.base, magnitude.base, magnitude.count)
  }

  /// Pitch and voicing of the window that `samples` holds and whose spectrum was computed last.
  func trackPitch(_ samples: Span<Float>) -> (pitch: Float, voicing: Float) {
    pitchTracker.track(samples, spectrum: transform.output.elements.span)
  }

  /// The spectrum in a quantity that has been computed.
  func spectrum(_ quantity: SpectrumQuantity) -> UnsafeBufferPointer<Float> {
    switch quantity {
    case .power: power.elements
    case .magnitude: magnitude.elements
    }
  }
}
