import Foundation
import Testing

@testable import ser_live

@Suite("Latency histogram")
struct LatencyHistogramTests {
  @Test(
    "Percentiles are at most 1/64 above those of the sorted values, and never below", arguments: [1, 2, 3, 999, 20_000])
  func percentiles(count: Int) {
    var histogram = LatencyHistogram()
    // From a microsecond to a minute, evenly on a logarithmic scale.
    let values: [Double] = (0..<count).map { _ in 1e-6 * exp2(Double.random(in: 0...25.8)) }
    for value in values { histogram.record(value) }
    let sorted = values.sorted()
    #expect(histogram.count == count && histogram.maximum == sorted.last)
    for share in [0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1] {
      let exact = sorted[max(0, Int((share * Double(count)).rounded(.up)) - 1)]
      let percentile = histogram.percentile(share)
      // Half a microsecond is lost to rounding.
      #expect(percentile >= exact - 0.51e-6 && percentile <= exact * (1 + 1 / 64.0) + 0.51e-6)
    }
  }

  @Test("Whole microseconds up to 127 are exact")
  func small() {
    for microseconds in 0..<128 {
      var histogram = LatencyHistogram()
      histogram.record(Double(microseconds) * 1e-6)
      histogram.record(10)
      #expect((histogram.percentile(0.5) * 1e6).rounded() == Double(microseconds))
    }
  }

  @Test("Nothing, negative and endless values are survived")
  func odd() {
    var histogram = LatencyHistogram()
    #expect(histogram.percentile(0.5) == 0 && histogram.maximum == 0)
    histogram.record(-1)
    #expect(histogram.percentile(1) == 0 && histogram.maximum == 0)
    histogram.record(1e9)
    #expect(histogram.count == 2 && histogram.maximum == 1e9 && histogram.percentile(1) > 100)
  }
}
