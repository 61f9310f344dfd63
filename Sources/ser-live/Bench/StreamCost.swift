import BenchmarkSupport

/// The cost of a number of streams on one core.
struct StreamCost {
  let streams: Int
  /// Length of a hop, in seconds.
  let hop: Double
  /// Processor time per hop and stream, over the rounds.
  let microseconds: Spread
  /// Resident bytes per stream; nil for too few streams to measure.
  let memory: Int?
  /// Growth of resident memory during the measurement, after the warm-up, in bytes.
  let growth: Int

  /// Memory is allocated in pages, and streams reuse each other's freed memory.
  static let fewestForMemory = 10

  /// The share of a core that the streams need; above 1 they fall behind.
  var load: Double { microseconds.median * 1e-6 * Double(streams) / hop }

  var isInRealTime: Bool { load <= 1 }
}
