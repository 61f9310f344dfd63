import CFFTW
import Synchronization

/// An owned FFTW plan.
///
/// SAFETY: `@unchecked` because of the pointer: the plan is created and destroyed only here and moves with its only
/// owner.
struct TransformPlan: ~Copyable, @unchecked Sendable {
  private let pointer: fftwf_plan

  /// FFTW executes plans on any thread, but creates and destroys them on only one at a time.
  private static let planner = Mutex<Void>(())

  /// FFTW_ESTIMATE: measuring could choose different code in each run, with different rounding.
  init(_ make: (_ flags: UInt32) -> fftwf_plan?) {
    pointer = Self.planner.withLock { _ in
      guard let plan = make(UInt32(FFTW_ESTIMATE)) else { preconditionFailure("FFTW has no plan for this size") }
      // SAFETY: the new plan has no other owner.
      nonisolated(unsafe) let new = plan
      return new
    }
  }

  deinit {
    Self.planner.withLock { _ in fftwf_destroy_plan(pointer) }
  }

  func execute() { fftwf_execute(pointer) }
}

/// Real samples to complex spectrum, with its own buffers.
package struct ForwardTransform: ~Copyable, Sendable {
  /// Samples to transform; `execute` preserves them. [size]
  package let input: AlignedBuffer
  /// Real and imaginary parts, interleaved. [2 · bins]
  package let output: AlignedBuffer
  private let plan: TransformPlan

  /// Number of frequencies in the spectrum of `size` samples, from 0 to half the sample rate.
  package static func bins(_ size: Int) -> Int { size / 2 + 1 }

  package init(size: Int) {
    let input = AlignedBuffer(count: size)
    let output = AlignedBuffer(count: 2 * Self.bins(size))
    // SAFETY: fftwf_complex is float[2], the layout of `output`; both buffers live as long as the plan.
    let complex = UnsafeMutableRawPointer(output.base).assumingMemoryBound(to: fftwf_complex.self)
    plan = TransformPlan { fftwf_plan_dft_r2c_1d(Int32(size), input.base, complex, $0) }
    self.input = input
    self.output = output
  }

  package mutating func execute() { plan.execute() }
}

/// Complex spectrum to real samples, not scaled (`size` times the inverse), with its own buffers.
package struct InverseTransform: ~Copyable, Sendable {
  /// Real and imaginary parts, interleaved; `execute` destroys them. [2 · bins]
  package let input: AlignedBuffer
  /// [size]
  package let output: AlignedBuffer
  private let plan: TransformPlan

  package init(size: Int) {
    let input = AlignedBuffer(count: 2 * ForwardTransform.bins(size))
    let output = AlignedBuffer(count: size)
    // SAFETY: as in `ForwardTransform`.
    let complex = UnsafeMutableRawPointer(input.base).assumingMemoryBound(to: fftwf_complex.self)
    plan = TransformPlan { fftwf_plan_dft_c2r_1d(Int32(size), complex, output.base, $0) }
    self.input = input
    self.output = output
  }

  package mutating func execute() { plan.execute() }
}
