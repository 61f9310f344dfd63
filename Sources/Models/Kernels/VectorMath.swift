import CKernels

/// Transcendental functions over contiguous elements, in place, by the vector kernels of `CKernels`.
public enum VectorMath {
  /// e^x.
  public static func exp(_ x: inout MutableSpan<Float>, _ range: Range<Int>) { apply(ser_exp, &x, range) }

  /// The natural logarithm of positive, normal numbers.
  public static func log(_ x: inout MutableSpan<Float>, _ range: Range<Int>) { apply(ser_log, &x, range) }

  /// 1 / (1 + e^-x).
  public static func sigmoid(_ x: inout MutableSpan<Float>, _ range: Range<Int>) { apply(ser_sigmoid, &x, range) }

  /// The hyperbolic tangent.
  public static func tanh(_ x: inout MutableSpan<Float>, _ range: Range<Int>) { apply(ser_tanh, &x, range) }

  /// Turns scores into probabilities: e^x / Σ e^x over `range`, free of overflow.
  public static func softmax(_ x: inout MutableSpan<Float>, _ range: Range<Int>) {
    var highest = -Float.infinity
    for i in range { highest = max(highest, x[i]) }
    for i in range { x[i] -= highest }
    exp(&x, range)
    var sum: Float = 0
    for i in range { sum += x[i] }
    let scale = 1 / sum
    for i in range { x[i] *= scale }
  }

  private static func apply(
    _ kernel: (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void,
    _ x: inout MutableSpan<Float>, _ range: Range<Int>
  ) {
    precondition(range.lowerBound >= 0 && range.upperBound <= x.count, "range outside the span")
    x.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      // SAFETY: the precondition keeps the range inside the span; the kernels allow input and output to be the same.
      kernel(base + range.lowerBound, base + range.lowerBound, range.count)
    }
  }
}
