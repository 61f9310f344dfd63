/// Comma-separated values (RFC 4180): fields may be quoted, a quote within quotes is doubled, and quoted fields may
/// hold commas and line ends. Lines may end with LF, CR LF or CR; empty ones are ignored.
package struct CSV {
  /// One line of the table, and the number of the file's line that it begins in, from 1.
  package struct Record: Equatable {
    package var line: Int
    package var fields: [String]
  }

  /// The lines of the table, the header first.
  package private(set) var records: [Record] = []

  /// - Parameters:
  ///   - bytes: UTF-8, with or without a byte order mark. Fields keep bytes that are not UTF-8, as paths do; see
  ///     `String.hasStrayBytes`.
  ///   - name: of the file, for error messages.
  ///   - separator: between fields; not a quote or a line end.
  /// - Throws: `OperationError` for unmatched quotes, and for text beside quotes.
  package init(_ bytes: [UInt8], name: String, separator: UInt8 = UInt8(ascii: ",")) throws(OperationError) {
    let quote = UInt8(ascii: "\"")
    let newline = UInt8(ascii: "\n")
    let carriageReturn = UInt8(ascii: "\r")
    var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var line = 1
    var record = Record(line: 1, fields: [])
    func fail(_ line: Int, _ reason: String) -> OperationError {
      OperationError(.badData, "\(name) line \(line): \(reason)")
    }
    func follows(_ byte: UInt8) -> Bool { position + 1 < bytes.count && bytes[position + 1] == byte }

    /// The next field; `position` is then at its separator, at its line's end, or at the end.
    func field() throws(OperationError) -> String {
      var text: [UInt8] = []
      let first = line
      let isQuoted = position < bytes.count && bytes[position] == quote
      if isQuoted { position += 1 }
      while true {
        guard position < bytes.count else {
          if isQuoted { throw fail(first, "a quote is opened and never closed") }
          break
        }
        let byte = bytes[position]
        if isQuoted, byte == quote {
          position += 1
          guard position < bytes.count, bytes[position] == quote else { break }
        } else if !isQuoted {
          if byte == separator || byte == newline || byte == carriageReturn { break }
          if byte == quote {
            throw fail(line, "a quote stands within a field that is not quoted: quote the field, and double the quote")
          }
        } else if byte == newline || (byte == carriageReturn && !follows(newline)) {
          line += 1
        }
        text.append(byte)
        position += 1
      }
      if position < bytes.count, ![separator, newline, carriageReturn].contains(bytes[position]) {
        throw fail(line, "text follows a closing quote: double the quotes within a quoted field")
      }
      return String(pathBytes: text)
    }

    while position < bytes.count {
      record.fields.append(try field())
      let end: UInt8? = position < bytes.count ? bytes[position] : nil
      if end == separator {
        position += 1
        // A separator at the very end is followed by an empty field.
        if position == bytes.count { record.fields.append("") }
        if position < bytes.count { continue }
      } else if let end {
        position += end == carriageReturn && follows(newline) ? 2 : 1
        line += 1
      }
      if record.fields != [""] { records.append(record) }
      record = Record(line: line, fields: [])
    }
  }
}
