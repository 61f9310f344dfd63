import BenchmarkSupport
import Glibc
import Streaming
import Support

/// Many streams on one core. They share one recognizer, including its weights; each has its own pipeline.
struct BenchStreams {
  /// Allowed number of streams.
  static let range = 1...100_000

  /// Length of a hop, in seconds.
  let hop: Double
  private let recognizer: Recognizer
  private let sound: BenchSound
  /// Length of a hop, in samples.
  private let step: Int
  private let roundHops: Int
  private var streams: [BenchStream] = []
  /// Resident memory before the first stream.
  private let base: Int

  /// - Parameter roundSeconds: minimum length of audio per stream in a round; a single stream gets more, so that a
  ///   round is long enough for the clock.
  init(_ recognizer: Recognizer, _ sound: BenchSound, roundSeconds: Double) throws {
    self.recognizer = recognizer
    self.sound = sound
    hop = Double(recognizer.configuration.frontEnd.hop) / Double(recognizer.configuration.frontEnd.sampleRate)
    // The pipeline resamples other rates of the signal, as in live use.
    step = max(1, Int((hop * Double(sound.rate)).rounded()))
    guard step <= sound.samples.count else {
      throw OperationError(.badData, "\(sound.name) is shorter than one hop of this model")
    }
    roundHops = max(1, Int((roundSeconds / hop).rounded()))
    // A first stream loads everything that is shared, mainly code.
    let first = try BenchStream(recognizer, sound, start: 0)
    for _ in 0..<Self.warmUp { first.process(step, of: sound) }
    base = ResidentMemory.bytes
  }

  /// Hops until a stream is warmed up: two seconds with a hop of 40 ms.
  private static let warmUp = 50

  /// Hops of all streams before the first round, to warm up the caches.
  private static let togetherFirst = 5

  /// Minimum number of pushes in a round.
  private static let leastPushes = 10_000

  /// Measures the cost of a number of streams.
  ///
  /// - Throws: `Stopped` after a stop request.
  mutating func measure(_ count: Int, rounds: Int) throws -> StreamCost {
    try measure(count, rounds: rounds, hops: max(roundHops, Self.leastPushes / count))
  }

  private mutating func measure(_ count: Int, rounds: Int, hops: Int) throws -> StreamCost {
    if streams.count > count { streams.removeLast(streams.count - count) }
    while streams.count < count {
      if Interruption.flag.isStopped { throw Stopped() }
      // Each starts at another position, so that about the same number is in speech at any time.
      let start = (streams.count &* 7919 &* step) % (sound.samples.count - step + 1)
      let stream = try BenchStream(recognizer, sound, start: start)
      for _ in 0..<Self.warmUp { stream.process(step, of: sound) }
      streams.append(stream)
    }
    try process(Self.togetherFirst)
    let resident = ResidentMemory.bytes
    let times = try (0..<rounds).map { _ in
      let begin = processorTime()
      try process(hops)
      return (processorTime() - begin) / Double(hops * count) * 1e6
    }
    return StreamCost(
      streams: count, hop: hop, microseconds: Spread(times),
      memory: count >= StreamCost.fewestForMemory ? max(0, resident - base) / count : nil,
      growth: ResidentMemory.bytes - resident)
  }

  /// Processes a number of hops of all streams in turn.
  private func process(_ hops: Int) throws {
    for _ in 0..<hops {
      if Interruption.flag.isStopped { throw Stopped() }
      for stream in streams { stream.process(step, of: sound) }
    }
  }

  /// The largest number of streams whose processing takes no longer than their duration on one core, to 2 %: each guess
  /// follows from the cost at the previous one, and is then measured.
  ///
  /// - Parameter known: a measured cost.
  mutating func findLargest(from known: StreamCost, rounds: Int) throws -> StreamCost {
    var best: StreamCost?
    var tooMany: Int?
    var guess = Double(known.streams) / known.load
    for _ in 0..<Self.mostTrials {
      let least = best.map { $0.streams + 1 } ?? 1
      let most = tooMany.map { $0 - 1 } ?? Self.range.upperBound
      guard least <= most else { break }
      let count = min(max(Int(min(guess, Double(most))), least), most)
      // One second of thousands of streams is enough.
      let hops = max(min(roundHops, Int(1 / hop)), Self.leastPushes / count, 1)
      let cost = try measure(count, rounds: rounds, hops: hops)
      if cost.isInRealTime { best = cost } else { tooMany = count }
      if let best, let tooMany {
        if Double(tooMany - best.streams) <= 0.02 * Double(tooMany) { break }
        let between = Double(count) / cost.load
        let middle = Double(best.streams + tooMany) / 2
        guess = between > Double(best.streams) && between < Double(tooMany) ? between : middle
      } else {
        // Slightly beyond, so that the next guess is on the other side.
        guess = Double(count) / cost.load * (cost.isInRealTime ? 1.015 : 0.985)
      }
    }
    return try best ?? measure(1, rounds: rounds)
  }

  private static let mostTrials = 8
}

/// A single stream.
private final class BenchStream {
  private var pipeline: Pipeline
  /// Its position in the signal.
  private var position: Int

  init(_ recognizer: Recognizer, _ sound: BenchSound, start: Int) throws {
    pipeline = try Pipeline(recognizer, inputRate: sound.rate)
    position = start
  }

  /// Processes the next samples; the signal repeats at its end.
  func process(_ count: Int, of sound: BenchSound) {
    if position + count > sound.samples.count { position = 0 }
    pipeline.push(sound.samples.span.extracting(position..<position + count)) { _ in }
    position += count
  }
}
