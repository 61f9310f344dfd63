import Capture

/// Statistics of a live stream: its latencies, and the losses of capture.
struct StreamStatistics {
  /// From the capture of a row's last sample to the end of its processing.
  var rows = LatencyHistogram()
  /// From the capture of a label's sample to the output of the label.
  var labels = LatencyHistogram()

  /// The statistics as text.
  ///
  /// - Parameters:
  ///   - time: Seconds of the stream so far.
  ///   - capture: nil for a pipe.
  ///   - sampleRate: Of the source.
  func lines(time: Double, capture: CaptureStatistics?, sampleRate: Int) -> [String] {
    guard let capture else {
      return ["after \(time.decimals(1)) s: raw input has neither capture times nor counts of lost samples"]
    }
    func milliseconds(_ samples: Int) -> String { "\((Double(samples) * 1000 / Double(sampleRate)).decimals(0)) ms" }
    return [
      """
      after \(time.decimals(1)) s: \(capture.xruns) xruns, \(capture.lostSamples) samples lost, \
      \(capture.droppedSamples) dropped, \(capture.disconnections) disconnections, ring at most \
      \(milliseconds(capture.highWaterMark)) of \(milliseconds(capture.capacity)) full
      """,
      "capture to frame: \(Self.percentiles(rows))",
      "capture to label: \(Self.percentiles(labels))",
    ]
  }

  private static func percentiles(_ latencies: LatencyHistogram) -> String {
    guard latencies.count > 0 else { return "none yet" }
    func milliseconds(_ seconds: Double) -> String { "\((seconds * 1000).decimals(1)) ms" }
    let shares = [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)].map { name, share in
      "\(name) \(milliseconds(latencies.percentile(share)))"
    }
    return (shares + ["max \(milliseconds(latencies.maximum))", "of \(latencies.count)"]).joined(separator: "  ")
  }
}
