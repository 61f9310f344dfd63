import BenchmarkSupport

/// The cost of one stage.
struct StageCost {
  let name: String
  /// Calls per hop, averaged over the signal.
  let calls: Double
  /// Processor time per call, over the rounds.
  let microseconds: Spread
}
