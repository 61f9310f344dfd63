import Streaming

/// The stable label over the last minute.
struct LabelHistory: Sendable, Equatable {
  /// Length of the history, in seconds.
  static let span = 60.0
  /// Length of a moment, in seconds.
  private static let step = 0.1
  private static let capacity = Int(span / step)

  struct Moment: Sendable, Equatable {
    var label: Label
    /// Probability of the label, 0…1.
    var confidence: Float
  }

  /// A ring; moment i of the stream is at i modulo its length.
  private var moments: [Moment?] = Array(repeating: nil, count: capacity)
  /// Moments of the stream so far.
  private var count: Int

  /// - Parameter time: start of the stream, in seconds; the history before it is empty.
  init(from time: Double = 0) {
    count = Int(time / Self.step)
  }

  /// Records the label since the last call.
  ///
  /// - Parameter time: end of the recorded time, in seconds of the stream; a time in the past is ignored.
  mutating func extend(to time: Double, _ moment: Moment) {
    let end = Int(time / Self.step)
    // Moments older than the span would be overwritten at once.
    count = max(count, end - Self.capacity)
    while count < end {
      moments[count % Self.capacity] = moment
      count += 1
    }
  }

  /// The last minute divided into pieces, the newest last: for each, the most frequent label of its moments and the
  /// label's mean confidence; nil where nothing was recorded.
  ///
  /// Pieces begin at multiples of their length, so that their contents are stable over time.
  /// - Parameter pieces: 0 or more.
  func columns(_ pieces: Int) -> [Moment?] {
    guard pieces > 0 else { return [] }
    let scale = Double(pieces) / Double(Self.capacity)
    let newest = Int((Double(count) - 0.5) * scale)
    var result: [Moment?] = []
    // Indices of moments whose middles lie in a piece.
    func first(of piece: Int) -> Int { Int((Double(piece) / scale - 0.5).rounded(.up)) }
    for piece in newest - pieces + 1...newest {
      // A piece shorter than a moment has the value at its beginning.
      let start = first(of: piece)
      let end = max(first(of: piece + 1), start + 1)
      result.append(summary(of: max(start, count - Self.capacity, 0)..<max(min(end, count), 0)))
    }
    return result
  }

  private func summary(of range: Range<Int>) -> Moment? {
    var sums: [(label: Label, count: Int, confidence: Float)] = []
    for index in range {
      guard let moment = moments[index % Self.capacity] else { continue }
      if let known = sums.firstIndex(where: { $0.label == moment.label }) {
        sums[known].count += 1
        sums[known].confidence += moment.confidence
      } else {
        sums.append((moment.label, 1, moment.confidence))
      }
    }
    return sums.max { $0.count < $1.count }.map { Moment(label: $0.label, confidence: $0.confidence / Float($0.count)) }
  }
}
