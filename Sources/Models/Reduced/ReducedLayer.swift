import Support

/// A layer whose steps use other forms of its matrices. Whole sequences use the original layer.
struct ReducedLayer<Base: MatrixLayer>: Layer {
  private let base: Base
  private let products: ReducedProducts

  init(_ base: Base, _ products: ReducedProducts) {
    self.base = base
    self.products = products
  }

  var inputWidth: Int { base.inputWidth }
  var outputWidth: Int { base.outputWidth }
  var parameters: [Parameter] { base.parameters }
  var matrices: [MatrixSite] { base.matrices }
  var isStreaming: Bool { base.isStreaming }
  var stateBound: Int { base.stateBound }
  var stepMultiplyAdds: Int { base.stepMultiplyAdds }

  func initialize(_ weights: inout MutableSpan<Float>, using random: inout RandomSource) {
    base.initialize(&weights, using: &random)
  }

  func outputRows(_ rows: RowCount) -> RowCount { base.outputRows(rows) }

  func outputLayout(_ layout: SequenceLayout) -> SequenceLayout { base.outputLayout(layout) }

  func multiplyAdds(rows: Int) -> Int { base.multiplyAdds(rows: rows) }

  func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    base.forward(input, layout: layout, weights: weights, pass: &pass, cache: &cache)
  }

  func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    base.backward(
      outputGradient, input: input, layout: layout, weights: weights, cache: &cache, gradients: &gradients)
  }

  func makeState() -> LayerState { base.makeState() }

  func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    base.step(row, at: time, weights: weights, state: &state, products: products)
  }
}

/// Products with int8 matrices, with blocks, or with the unchanged weights.
struct ReducedProducts: MatrixProducts {
  enum Form: Sendable {
    case plain
    case bytes(QuantizedMatrix)
    case blocks(BlockMatrix)
  }

  /// The form of each matrix of a layer.
  let forms: [Form]

  /// nil where all stay unchanged.
  ///
  /// - Parameter weights: the layer's.
  init?(_ sites: [MatrixSite], _ weights: Span<Float>, _ precision: WeightPrecision) {
    forms = sites.map { site in
      let matrix = site.range.map { weights[$0] }
      // Weights that overflowed in folding stay unchanged.
      guard matrix.allSatisfy(\.isFinite) else { return .plain }
      switch precision {
      case .int8:
        guard site.fitsBytes else { return .plain }
        return .bytes(QuantizedMatrix(matrix, rows: site.rows, columns: site.columns))
      case .float:
        return BlockMatrix(matrix, rows: site.rows, columns: site.columns).map { .blocks($0) } ?? .plain
      }
    }
    let stayAsTheyAre = forms.allSatisfy { form in
      if case .plain = form { true } else { false }
    }
    if stayAsTheyAre { return nil }
  }

  func add(_ site: MatrixSite, of weights: Span<Float>, times x: Span<Float>, to y: inout MutableSpan<Float>) {
    switch forms[site.index] {
    case .plain: PlainProducts().add(site, of: weights, times: x, to: &y)
    case .bytes(let matrix): matrix.add(times: x, to: &y)
    case .blocks(let matrix): matrix.add(times: x, to: &y)
    }
  }
}

extension MatrixLayer {
  public func reduced(_ weights: Span<Float>, to precision: WeightPrecision) -> any Layer {
    guard let products = ReducedProducts(matrices, weights, precision) else { return self }
    return ReducedLayer(self, products)
  }
}
