/// A matrix among the weights of a layer: [rows × columns], one row per output.
public struct MatrixSite: Sendable, Equatable {
  /// Its index among the layer's matrices.
  var index: Int
  /// Its start in the layer's weights.
  public var start: Int
  public var rows: Int
  public var columns: Int

  /// Whether it can be stored as int8.
  var fitsBytes: Bool { columns <= QuantizedMatrix.mostColumns }

  /// Its range in the layer's weights.
  public var range: Range<Int> { start..<start + rows * columns }
}

/// The matrices of layers with consecutive weights.
extension [MatrixSite] {
  /// Adds the matrices of a layer whose weights begin at `start`.
  mutating func append(_ sites: [MatrixSite], from start: Int) {
    for site in sites {
      append(MatrixSite(index: count, start: start + site.start, rows: site.rows, columns: site.columns))
    }
  }
}

/// A layer that multiplies rows by matrices of any form.
protocol MatrixLayer: Layer {
  /// `Layer.step` with another form of the products.
  func step(
    _ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState, products: some MatrixProducts)
}

/// Products of a layer's matrices with a vector.
protocol MatrixProducts: Sendable {
  /// y += matrix · x.
  ///
  /// - Parameters:
  ///   - site: which matrix.
  ///   - weights: the layer's.
  func add(_ site: MatrixSite, of weights: Span<Float>, times x: Span<Float>, to y: inout MutableSpan<Float>)
}

/// Products with the unchanged weights.
struct PlainProducts: MatrixProducts {
  func add(_ site: MatrixSite, of weights: Span<Float>, times x: Span<Float>, to y: inout MutableSpan<Float>) {
    BLAS.multiply(
      weights, from: site.start, byVector: x, into: &y, rows: site.rows, columns: site.columns, accumulate: true)
  }
}
