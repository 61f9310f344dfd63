import CKernels

/// Elementwise functions on contiguous memory with the vector kernels of `CKernels`; unary functions work in place.
public enum VectorMath {
  /// e^x.
  public static func exp(_ x: inout MutableSpan<Float>, _ range: Range<Int>) { apply(ser_exp, &x, range) }

  /// The natural logarithm of positive, normal numbers.
  public static func log(_ x: inout MutableSpan<Float>, _ range: Range<Int>) { apply(ser_log, &x, range) }

  /// 1 / (1 + e^-x).
  public static func sigmoid(_ x: inout MutableSpan<Float>, _ range: Range<Int>) { apply(ser_sigmoid, &x, range) }

  /// The hyperbolic tangent.
  public static func tanh(_ x: inout MutableSpan<Float>, _ range: Range<Int>) { apply(ser_tanh, &x, range) }

  /// max(x, 0).
  static func rectify(_ x: inout MutableSpan<Float>, _ range: Range<Int>) { apply(ser_rectify, &x, range) }

  /// y += x, for `count` elements from the front.
  static func add(_ x: Span<Float>, to y: inout MutableSpan<Float>, count: Int) {
    precondition(count <= x.count && count <= y.count, "more elements than a span has")
    x.withUnsafeBufferPointer { x in
      // SAFETY: the precondition keeps every element that the kernel touches inside the spans; its output may be an
      // input.
      y.withUnsafeMutableBufferPointer { ser_add($0.baseAddress, x.baseAddress, $0.baseAddress, count) }
    }
  }

  /// y = x ∘ scale + shift for `count` elements of `x` and `y` from `start` on; `map` is [scale, shift].
  static func scaleAndShift(
    _ x: Span<Float>, from start: Int, by map: Span<Float>, into y: inout MutableSpan<Float>, count: Int
  ) {
    precondition(start >= 0 && start + count <= x.count && start + count <= y.count, "more elements than a span has")
    precondition(2 * count <= map.count, "a scale or a shift is missing")
    x.withUnsafeBufferPointer { x in
      map.withUnsafeBufferPointer { map in
        y.withUnsafeMutableBufferPointer { y in
          guard count > 0, let x = x.baseAddress, let map = map.baseAddress, let y = y.baseAddress else { return }
          // SAFETY: the preconditions keep every element that the kernel touches inside the spans.
          ser_scale_shift(x + start, map, map + count, y + start, count)
        }
      }
    }
  }

  /// Σ a · b over `count` elements from the front.
  static func dot(_ a: Span<Float>, _ b: Span<Float>, count: Int) -> Float {
    precondition(count <= a.count && count <= b.count, "more elements than a span has")
    return a.withUnsafeBufferPointer { a in
      // SAFETY: the precondition keeps every element that the kernel reads inside the spans.
      b.withUnsafeBufferPointer { ser_dot(a.baseAddress, $0.baseAddress, count) }
    }
  }

  /// Turns scores into probabilities: e^x / Σ e^x over `range`, without overflow.
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
