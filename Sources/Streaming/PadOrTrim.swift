extension [Float] {
  /// Pads samples with zeros at the end, or trims them there, to a fixed length.
  ///
  /// Equivalent to `librosa.util.fix_length` and Whisper's `pad_or_trim`.
  ///
  /// ```
  /// [1, 2, 3] to 5   [1, 2, 3, 0, 0]
  /// [1, 2, 3] to 2   [1, 2]
  /// ```
  ///
  /// - Parameter count: samples afterwards; not negative.
  public mutating func padOrTrim(to count: Int) {
    precondition(count >= 0, "a length is not negative")
    if count < self.count {
      removeLast(self.count - count)
    } else {
      append(contentsOf: repeatElement(0, count: count - self.count))
    }
  }

  /// Pads rows, [rows × width], with rows of zeros at the end, or trims them there, to a fixed number.
  ///
  /// Equivalent to `librosa.util.fix_length` along the time axis.
  ///
  /// - Parameters:
  ///   - rows: rows afterwards; not negative.
  ///   - width: columns of a row; at least 1. The elements must be whole rows.
  public mutating func padOrTrim(toRows rows: Int, width: Int) {
    precondition(rows >= 0 && width >= 1, "a number of rows is not negative, and a row has a column")
    precondition(self.count.isMultiple(of: width), "elements that are not whole rows")
    padOrTrim(to: rows * width)
  }
}
