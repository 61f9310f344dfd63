/// A recurrent layer whose gates depend on the row and on the layer's previous output, each through a matrix; the
/// weights of the second follow those of the first.
protocol RecurrentLayer: MatrixLayer {
  /// Output width of each matrix.
  var gatesWidth: Int { get }
}

extension RecurrentLayer {
  /// Start of the recurrent matrix in the weights.
  var recurrentStart: Int { gatesWidth * inputWidth }
  var inputMatrix: MatrixSite { MatrixSite(index: 0, start: 0, rows: gatesWidth, columns: inputWidth) }
  var recurrentMatrix: MatrixSite {
    MatrixSite(index: 1, start: recurrentStart, rows: gatesWidth, columns: outputWidth)
  }

  public var matrices: [MatrixSite] { [inputMatrix, recurrentMatrix] }

  public func columnPowers(_ input: Span<Float>, cache: LayerCache) -> [[Float]] {
    [input.columnPowers(inputWidth), cache.output.span.columnPowers(outputWidth)]
  }
}
