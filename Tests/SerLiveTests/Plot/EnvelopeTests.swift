import Testing

@testable import ser_live

@Suite("Envelope")
struct EnvelopeTests {
  @Test(
    "Each stretch has the extremes of its samples, however they come", arguments: [1, 5, 8, 9, 16, 17, 1000, 4099],
    [1, 3, 997])
  func extremes(count: Int, chunk: Int) {
    let samples = (0..<count).map { Float(($0 * 7919) % 1009) / 500 - 1 }
    var envelope = Envelope(limit: 8)
    var start = 0
    while start < count {
      let end = min(start + chunk, count)
      envelope.push(samples.span.extracting(start..<end))
      start = end
    }
    #expect(envelope.count == count)
    #expect(envelope.extremes.count <= 2 * 8)
    // No more is joined than must be.
    #expect(envelope.stretch == 1 || count > 8 * envelope.stretch / 2)
    let stretches = stride(from: 0, to: count, by: envelope.stretch).map {
      samples[$0..<min($0 + envelope.stretch, count)]
    }
    #expect(envelope.extremes == stretches.flatMap { [$0.min()!, $0.max()!] })
  }
}
