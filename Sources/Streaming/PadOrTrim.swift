extension [Float] {
  /// Brings samples to a fixed length: zeros are added at the end, or what is too much is cut off there.
  ///
  /// As `librosa.util.fix_length` and Whisper's `pad_or_trim` do.
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

  /// Brings rows, [rows × width], to a fixed number: rows of zeros are added at the end, or those that are too many
  /// are cut off there.
  ///
  /// As `librosa.util.fix_length` along the axis of time.
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
