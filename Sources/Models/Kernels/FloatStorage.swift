extension [Float] {
  /// Makes the array `count` long, keeping its storage where it fits; the contents are unspecified.
  package mutating func resize(to count: Int) {
    if count < self.count {
      removeLast(self.count - count)
    } else {
      append(contentsOf: repeatElement(0, count: count - self.count))
    }
  }

  /// Moves the storage out and leaves an empty array; the caller gives it back. Spans of two arrays of one structure
  /// cannot be written at the same time, but those of two local arrays can.
  mutating func take() -> [Float] {
    var taken: [Float] = []
    swap(&self, &taken)
    return taken
  }

  /// Moves the storage out, like `take()`, and makes it `count` long.
  mutating func take(resizedTo count: Int) -> [Float] {
    var taken = take()
    taken.resize(to: count)
    return taken
  }
}

extension MutableSpan<Float> {
  /// Copies `count` elements of `source` from element `from` on to element `to` on: several times as fast as a loop
  /// with bounds checks.
  package mutating func copy(_ source: Span<Float>, from: Int = 0, to: Int, count: Int) {
    precondition(from >= 0 && from + count <= source.count, "elements outside of the source")
    precondition(to >= 0 && to + count <= self.count, "elements outside of the destination")
    guard count > 0 else { return }
    // SAFETY: the preconditions keep both ranges inside their spans; exclusivity keeps them apart.
    source.withUnsafeBufferPointer { source in
      withUnsafeMutableBufferPointer {
        $0.baseAddress!.advanced(by: to).update(from: source.baseAddress! + from, count: count)
      }
    }
  }
}
