extension [Float] {
  /// Makes the array `count` long, keeping its storage where it fits; the contents are unspecified.
  package mutating func resize(to count: Int) {
    if count < self.count {
      removeLast(self.count - count)
    } else {
      append(contentsOf: repeatElement(0, count: count - self.count))
    }
  }

  /// Moves the storage out, leaving nothing behind; whoever takes it gives it back. Spans of two arrays of one
  /// structure cannot be written at the same time, those of two local arrays can.
  mutating func take() -> [Float] {
    var taken: [Float] = []
    swap(&self, &taken)
    return taken
  }

  /// Moves the storage out, as `take()`, and makes it `count` long.
  mutating func take(resizedTo count: Int) -> [Float] {
    var taken = take()
    taken.resize(to: count)
    return taken
  }
}
