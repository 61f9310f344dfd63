import BenchmarkSupport
import Glibc
import Streaming
import Support

/// Many streams that one core hears in turn. They share one recognizer, weights included; each has a pipeline of its own.
struct BenchStreams {
  /// How many streams there may be.
  static let range = 1...100_000

  /// Seconds of a hop.
  let hop: Double
  private let recognizer: Recognizer
  private let sound: BenchSound
  /// Samples of a hop.
  private let step: Int
  private let roundHops: Int
  private var streams: [BenchStream] = []
  /// Resident before there was any stream.
  private let base: Int

  /// - Parameter roundSeconds: of sound that a stream hears in a round, at least; a single stream hears more, so that a
  ///   round is long enough for the clock.
  init(_ recognizer: Recognizer, _ sound: BenchSound, roundSeconds: Double) throws {
    self.recognizer = recognizer
    self.sound = sound
    hop = Double(recognizer.configuration.frontEnd.hop) / Double(recognizer.configuration.frontEnd.sampleRate)
    // Where the sound's rate is another, the pipeline resamples, as it would live.
    step = max(1, Int((hop * Double(sound.rate)).rounded()))
    guard step <= sound.samples.count else {
      throw OperationError(.badData, "\(sound.name) is shorter than one hop of this model")
    }
    roundHops = max(1, Int((roundSeconds / hop).rounded()))
    // A first stream brings in what all need, code above all.
    let first = try BenchStream(recognizer, sound, start: 0)
    for _ in 0..<Self.warmUp { first.process(step, of: sound) }
    base = ResidentMemory.bytes
  }

  /// Hops after which a stream has what it needs: two seconds with a hop of 40 ms.
  private static let warmUp = 50

  /// Hops of all in turn before the first round, so that caches are as they stay.
  private static let togetherFirst = 5

  /// Pushes that a round has at least.
  private static let leastPushes = 10_000

  /// What so many streams cost.
  ///
  /// - Throws: `Stopped` where the user has had enough.
  mutating func measure(_ count: Int, rounds: Int) throws -> StreamCost {
    try measure(count, rounds: rounds, hops: max(roundHops, Self.leastPushes / count))
  }

  private mutating func measure(_ count: Int, rounds: Int, hops: Int) throws -> StreamCost {
    if streams.count > count { streams.removeLast(streams.count - count) }
    while streams.count < count {
      if Interruption.flag.isStopped { throw Stopped() }
      // Each begins somewhere else, so that at any time about as many speak.
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

  /// All streams hear so many hops, in turn.
  private func process(_ hops: Int) throws {
    for _ in 0..<hops {
      if Interruption.flag.isStopped { throw Stopped() }
      for stream in streams { stream.process(step, of: sound) }
    }
  }

  /// The largest number of streams that take a core no longer than they last, to 2 %: each guess follows from the cost at
  /// the one before, and is measured in its turn.
  ///
  /// - Parameter known: a cost that was measured.
  mutating func findLargest(from known: StreamCost, rounds: Int) throws -> StreamCost {
    var best: StreamCost?
    var tooMany: Int?
    var guess = Double(known.streams) / known.load
    for _ in 0..<Self.mostTrials {
      let least = best.map { $0.streams + 1 } ?? 1
      let most = tooMany.map { $0 - 1 } ?? Self.range.upperBound
      guard least <= most else { break }
      let count = min(max(Int(min(guess, Double(most))), least), most)
      // A second of sound of thousands of streams is enough.
      let hops = max(min(roundHops, Int(1 / hop)), Self.leastPushes / count, 1)
      let cost = try measure(count, rounds: rounds, hops: hops)
      if cost.isInRealTime { best = cost } else { tooMany = count }
      if let best, let tooMany {
        if Double(tooMany - best.streams) <= 0.02 * Double(tooMany) { break }
        let between = Double(count) / cost.load
        let middle = Double(best.streams + tooMany) / 2
        guess = between > Double(best.streams) && between < Double(tooMany) ? between : middle
      } else {
        // A little beyond, so that the next one is on the other side.
        guess = Double(count) / cost.load * (cost.isInRealTime ? 1.015 : 0.985)
      }
    }
    return try best ?? measure(1, rounds: rounds)
  }

  private static let mostTrials = 8
}

/// One stream.
private final class BenchStream {
  private var pipeline: Pipeline
  /// Where in the sound it is.
  private var position: Int

  init(_ recognizer: Recognizer, _ sound: BenchSound, start: Int) throws {
    pipeline = try Pipeline(recognizer, inputRate: sound.rate)
    position = start
  }

  /// Hears the next samples; behind the last the sound begins anew.
  func process(_ count: Int, of sound: BenchSound) {
    if position + count > sound.samples.count { position = 0 }
    pipeline.push(sound.samples.span.extracting(position..<position + count)) { _ in }
    position += count
  }
}
