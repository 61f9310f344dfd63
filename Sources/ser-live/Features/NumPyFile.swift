/// The format of NumPy's `save` and `load`, version 1.0 (numpy.lib.format), for single-precision matrices.
enum NumPyFile {
  /// - Parameters:
  ///   - values: [rows × columns]
  ///   - columns: of a row, at least 1.
  static func encode(_ values: [Float], columns: Int) -> [UInt8] {
    precondition(values.count.isMultiple(of: columns), "values that are not whole rows")
    let magic: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(values.count / columns), \(columns)), }"
    // The data begin at a multiple of 64 bytes; the header, whose length takes two bytes, ends with a line feed.
    let used = magic.count + 2 + header.utf8.count + 1
    header += String(repeating: " ", count: (64 - used % 64) % 64) + "\n"
    let length = UInt16(header.utf8.count)
    var bytes = magic + [UInt8(truncatingIfNeeded: length), UInt8(truncatingIfNeeded: length >> 8)]
    bytes.reserveCapacity(used + 64 + 4 * values.count)
    bytes += header.utf8
    for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
    return bytes
  }
}
