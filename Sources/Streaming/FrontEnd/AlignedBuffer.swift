import CFFTW

/// An owned float buffer, aligned for FFTW's vector code.
///
/// SAFETY: `@unchecked` because of the pointer: it is allocated and freed only here and moves with its only owner.
package struct AlignedBuffer: ~Copyable, @unchecked Sendable {
  let base: UnsafeMutablePointer<Float>
  package let count: Int

  /// Zero-filled.
  package init(count: Int) {
    guard let base = fftwf_alloc_real(count) else { fatalError("out of memory") }
    base.initialize(repeating: 0, count: count)
    self.base = base
    self.count = count
  }

  deinit { fftwf_free(base) }

  // SAFETY: both are bounded by the allocation; the caller keeps the buffer alive for the scope of the span.
  package var elements: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: base, count: count) }
  package var mutableElements: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }
}
