/// The moments of the last `window` rows of a stream, at a constant cost per row for any window.
///
/// Nothing is ever subtracted, because subtraction would drift. The stream is cut into blocks of half a window, and the
/// window is the sum of three moments:
///
/// ```
///            ├──────────── window ─────────────┤
///   block k − 2   │    block k − 1    │     block k …
///            └ tail ┘└──── whole ────┘└─ head ─┘
/// ```
/// The head grows row by row and becomes the whole when its block is full. The tails of a block, from each of its rows
/// to its end, are built backwards from its last row, one with each row of the following block, in time for the block
/// after that. A result is therefore a sum of `window` rows with fewer than 2 · `window` additions, and contains no
/// older rows.
struct SlidingMoments: Sendable {
  private let moments: WeightedMoments
  private let window: Int
  /// Rows of a block.
  private let block: Int

  /// - Parameter window: at least 1.
  init(_ moments: WeightedMoments, window: Int) {
    self.moments = moments
    self.window = window
    block = max(window / 2, 1)
  }

  // Offsets in the memory: the moments of the window, the head and the whole, the rows of a block, its tails.
  private var result: Int { 0 }
  private var head: Int { moments.count }
  private var whole: Int { 2 * moments.count }
  private func row(_ slot: Int) -> Int { 3 * moments.count + slot * moments.rowCount }
  private func tail(_ slot: Int) -> Int { row(block) + slot * moments.count }

  /// Length of a stream's memory, in floats.
  var memory: Int { tail(block) }

  /// Advances the window by row `time` (counted from 0) and returns the offset of its moments in the memory.
  func advance(_ memory: inout MutableSpan<Float>, _ newest: Span<Float>, score: Float, at time: Int) -> Int {
    let number = time / block
    let index = time % block
    // A block's rows and tails reuse the places of the previous block, which become free from its end: the order of the
    // places therefore alternates from block to block.
    func slot(_ index: Int) -> Int { number % 2 == 0 ? index : block - 1 - index }
    let here = slot(index)

    if index == 0 && number > 0 { moments.copy(&memory, from: head, to: whole) }
    // Besides the head, the window holds the rest of block k − 2 after the leaving row, and block k − 1. A window of
    // one row holds neither.
    var past: Int?
    if number > 0 && window > 1 { past = whole }
    let staying = index + 1 - (window - 2 * block)
    if number > 1 && staying < block {
      moments.merge(&memory, tail(slot(staying)), whole, into: result)
      past = result
    }
    if number > 0 {
      moments.add(&memory, row: row(here), to: index == 0 ? nil : tail(slot(index - 1)), into: tail(here))
    }
    moments.place(&memory, newest, score: score, at: row(here))
    moments.add(&memory, row: row(here), to: index == 0 ? nil : head, into: head)
    guard let past else { return head }
    moments.merge(&memory, past, head, into: result)
    return result
  }
}
