import Streaming

/// Filtering with an impulse response.
enum Convolution {
  /// The linear convolution of two sounds, by one Fourier transform of all samples.
  ///
  /// - Returns: `samples.count + response.count - 1` samples; both inputs must be non-empty.
  static func apply(_ response: [Float], to samples: [Float]) -> [Float] {
    precondition(!response.isEmpty && !samples.isEmpty, "nothing to convolve")
    let count = samples.count + response.count - 1
    let size = max(count, 2).roundedUpToPowerOfTwo
    var forward = ForwardTransform(size: size)
    var inverse = InverseTransform(size: size)
    let product = inverse.input.mutableElements
    transform(samples, &forward)
    _ = product.update(fromContentsOf: forward.output.elements)
    transform(response, &forward)
    let other = forward.output.elements
    let scale = 1 / Float(size)
    for i in stride(from: 0, to: product.count, by: 2) {
      let (real, imaginary) = (product[i], product[i + 1])
      product[i] = scale * (real * other[i] - imaginary * other[i + 1])
      product[i + 1] = scale * (real * other[i + 1] + imaginary * other[i])
    }
    inverse.execute()
    return Array(inverse.output.elements.prefix(count))
  }

  private static func transform(_ samples: [Float], _ forward: inout ForwardTransform) {
    let input = forward.input.mutableElements
    for i in input.indices { input[i] = i < samples.count ? samples[i] : 0 }
    forward.execute()
  }
}

extension Int {
  /// The smallest power of two that is at least this number.
  var roundedUpToPowerOfTwo: Int { self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
