import BenchmarkSupport

/// What one stage costs.
struct StageCost {
  let name: String
  /// Calls per hop, as a mean over the sound.
  let calls: Double
  /// Of processor time per call, over the rounds.
  let microseconds: Spread
}
