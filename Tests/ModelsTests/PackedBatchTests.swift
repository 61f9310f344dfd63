import Support
import Testing

@testable import Models

/// Batches have no padding, so nothing has to be masked: a sequence is to a batch what it is by itself.
@Suite("Batches of unequal lengths")
struct PackedBatchTests {
  /// All but those whose sequences depend on each other: batch norm by its statistics, dropout by the order of its draws.
  static let cases = LayerCase.all.filter { tried in
    tried.layer.parameters.allSatisfy(\.isTrainable) && !tried.name.contains("dropout")
  }

  @Test("A sequence gives in a batch what it gives alone; gradients of the weights add up", arguments: cases)
  func alone(_ tried: LayerCase) {
    let layer = tried.layer
    let input = tried.randomInput()
    let weights = tried.randomWeights()
    let outputLayout = layer.outputLayout(tried.layout)
    /// The rows of one sequence.
    func rows(_ values: [Float], _ layout: SequenceLayout, _ sequence: Int, width: Int) -> [Float] {
      (0..<layout.lengths[sequence]).flatMap { time in
        let start = layout.row(sequence, at: time) * width
        return values[start..<start + width]
      }
    }
    func pass(_ input: [Float], _ layout: SequenceLayout, _ outputGradient: [Float]) -> (LayerCache, gradients: [Float])
    {
      var cache = LayerCache()
      var pass = Pass.training(RandomSource(seed: 3))
      layer.forward(input.span, layout: layout, weights: weights.span, pass: &pass, cache: &cache)
      var gradients = [Float](repeating: 0, count: weights.count)
      var span = gradients.mutableSpan
      layer.backward(
        outputGradient.span, input: input.span, layout: layout, weights: weights.span, cache: &cache, gradients: &span)
      return (cache, gradients)
    }
    var random = RandomSource(seed: 4)
    let outputGradient = (0..<outputLayout.rowCount * layer.outputWidth).map { _ in random.uniform(-1, 1) }
    let (batch, gradients) = pass(input, tried.layout, outputGradient)
    var sum = [Float](repeating: 0, count: weights.count)
    for (sequence, length) in tried.layout.lengths.enumerated() {
      let (own, ownGradients) = pass(
        rows(input, tried.layout, sequence, width: layer.inputWidth), SequenceLayout(lengths: [length]),
        rows(outputGradient, outputLayout, sequence, width: layer.outputWidth))
      // Products of other sizes add in another order.
      #expect(agree(rows(batch.output, outputLayout, sequence, width: layer.outputWidth), own.output))
      #expect(agree(rows(batch.inputGradient, tried.layout, sequence, width: layer.inputWidth), own.inputGradient))
      sum = zip(sum, ownGradients).map { $0 + $1 }
    }
    #expect(agree(gradients, sum))
  }
}
