/// A layer of gates that see the row and the layer's own last output, each through a matrix; the second one's weights follow
/// the first one's.
protocol RecurrentLayer: MatrixLayer {
  /// Numbers that come out of each matrix.
  var gatesWidth: Int { get }
}

extension RecurrentLayer {
  /// Where the recurrent matrix begins in the weights.
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
