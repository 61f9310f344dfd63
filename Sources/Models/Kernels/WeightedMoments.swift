import CKernels

/// Moments of weighted rows: [highest score, sum of the weights relative to it, mean, weighted squared distance from
/// the mean]. A row's weight is e^score. Rows and moments share one storage; a row is stored as [score, elements].
struct WeightedMoments: Sendable {
  /// Elements of a row.
  let width: Int

  /// Floats in the moments.
  var count: Int { 2 + 2 * width }
  /// Floats in a row with its score.
  var rowCount: Int { 1 + width }

  /// Writes a row and its score to `place`.
  func place(_ storage: inout MutableSpan<Float>, _ row: Span<Float>, score: Float, at place: Int) {
    storage[place] = score
    storage.copy(row, to: place + 1, count: width)
  }

  /// Copies moments to another place, which does not overlap.
  func copy(_ storage: inout MutableSpan<Float>, from moments: Int, to result: Int) {
    check(storage, moments, count)
    check(storage, result, count)
    storage.withUnsafeMutableBufferPointer {
      // SAFETY: both places were checked.
      ($0.baseAddress! + result).update(from: $0.baseAddress! + moments, count: count)
    }
  }

  /// Writes to `result` the moments of the rows in `moments` (none if nil; may be `result`) and of the row at `row`.
  func add(_ storage: inout MutableSpan<Float>, row: Int, to moments: Int?, into result: Int) {
    check(storage, row, rowCount)
    check(storage, moments ?? result, count)
    check(storage, result, count)
    storage.withUnsafeMutableBufferPointer {
      let base = $0.baseAddress!
      // SAFETY: all places were checked.
      if let moments {
        ser_add_to_moments(base + moments, base[row], base + row + 1, base + result, width)
      } else {
        ser_moments_of_row(base[row], base + row + 1, base + result, width)
      }
    }
  }

  /// Writes to `result`, which may be `a` or `b`, the moments of the rows in `a` and in `b`.
  func merge(_ storage: inout MutableSpan<Float>, _ a: Int, _ b: Int, into result: Int) {
    check(storage, a, count)
    check(storage, b, count)
    check(storage, result, count)
    storage.withUnsafeMutableBufferPointer {
      // SAFETY: all places were checked.
      ser_merge_moments($0.baseAddress! + a, $0.baseAddress! + b, $0.baseAddress! + result, width)
    }
  }

  /// Writes the mean and √(mean squared distance + `epsilon`), [2 × width].
  func read(_ storage: Span<Float>, _ moments: Int, epsilon: Float, into output: inout MutableSpan<Float>) {
    precondition(moments >= 0 && moments + count <= storage.count, "moments outside of their storage")
    precondition(output.count >= 2 * width, "no place for mean and deviation")
    storage.withUnsafeBufferPointer { storage in
      // SAFETY: both preconditions.
      output.withUnsafeMutableBufferPointer {
        ser_mean_deviation(storage.baseAddress! + moments, epsilon, $0.baseAddress, width)
      }
    }
  }

  private func check(_ storage: borrowing MutableSpan<Float>, _ place: Int, _ count: Int) {
    precondition(place >= 0 && place + count <= storage.count, "a row or moments outside of their storage")
  }
}
