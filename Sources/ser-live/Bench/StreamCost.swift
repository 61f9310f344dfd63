import BenchmarkSupport

/// What a number of streams on one core cost.
struct StreamCost {
  let streams: Int
  /// Seconds of a hop.
  let hop: Double
  /// Of processor time per hop and stream, over the rounds.
  let microseconds: Spread
  /// Bytes resident per stream; nil of so few that it cannot be told.
  let memory: Int?
  /// Bytes that became resident while it was measured, after the warm-up.
  let growth: Int

  /// Memory comes in pages, and what one stream frees the next one takes.
  static let fewestForMemory = 10

  /// The part of a core that the streams need; above 1 they fall behind.
  var load: Double { microseconds.median * 1e-6 * Double(streams) / hop }

  var isInRealTime: Bool { load <= 1 }
}
