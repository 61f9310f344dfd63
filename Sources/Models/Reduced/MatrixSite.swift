/// A matrix among the weights of a layer: [rows × columns], a row for each number that comes out of it.
public struct MatrixSite: Sendable, Equatable {
  /// Its number among the layer's matrices.
  var index: Int
  /// Where it begins in the layer's weights.
  public var start: Int
  public var rows: Int
  public var columns: Int

  /// Whether it can be kept as bytes.
  var fitsBytes: Bool { columns <= QuantizedMatrix.mostColumns }

  /// Where it lies in the layer's weights.
  public var range: Range<Int> { start..<start + rows * columns }
}

/// Those of layers whose weights follow one another.
extension [MatrixSite] {
  /// Adds those of a layer whose weights begin at `start`.
  mutating func append(_ sites: [MatrixSite], from start: Int) {
    for site in sites {
      append(MatrixSite(index: count, start: start + site.start, rows: site.rows, columns: site.columns))
    }
  }
}

/// A layer that multiplies rows by matrices, whichever form these have.
protocol MatrixLayer: Layer {
  /// As `Layer.step`, with the products in another form.
  func step(
    _ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState, products: some MatrixProducts)
}

/// How a layer's matrices are multiplied by a vector.
protocol MatrixProducts: Sendable {
  /// y += matrix · x.
  ///
  /// - Parameters:
  ///   - site: which matrix.
  ///   - weights: the layer's.
  func add(_ site: MatrixSite, of weights: Span<Float>, times x: Span<Float>, to y: inout MutableSpan<Float>)
}

/// By the weights as they are.
struct PlainProducts: MatrixProducts {
  func add(_ site: MatrixSite, of weights: Span<Float>, times x: Span<Float>, to y: inout MutableSpan<Float>) {
    BLAS.multiply(
      weights, from: site.start, byVector: x, into: &y, rows: site.rows, columns: site.columns, accumulate: true)
  }
}
