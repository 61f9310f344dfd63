import CKernels
import Glibc

/// Measurements on the samples of a window.
enum Waveform {
  /// Root mean square of the samples.
  static func rms(_ frame: Span<Float>) -> Float {
    // SAFETY: the kernel reads as many samples as the frame has.
    frame.withUnsafeBufferPointer { frame in
      (ser_dot(frame.baseAddress, frame.baseAddress, frame.count) / Float(frame.count)).squareRoot()
    }
  }

  /// An RMS in dB below full scale, at least -120.
  static func level(rms: Float) -> Float { 20 * log10(max(rms, 1e-6)) }

  /// Sign changes from sample to sample, over the number of samples; 0 counts as positive.
  static func zeroCrossingRate(_ frame: Span<Float>) -> Float {
    // SAFETY: as above.
    frame.withUnsafeBufferPointer { frame in
      Float(ser_sign_changes(frame.baseAddress, frame.count)) / Float(frame.count)
    }
  }
}
