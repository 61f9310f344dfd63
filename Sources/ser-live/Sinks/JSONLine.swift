import Support

/// One JSON object on one line, with its keys in order of addition.
struct JSONLine {
  private var text = "{"

  init(type: String) {
    add("type", type)
  }

  /// The line with its line end, as UTF-8.
  var bytes: [UInt8] { Array("\(text)}\n".utf8) }

  mutating func add(_ key: String, _ value: String) {
    begin(key)
    append(quoted: value)
  }

  mutating func add(_ key: String, _ value: Bool) {
    begin(key)
    text += value ? "true" : "false"
  }

  mutating func add(_ key: String, _ value: Int) {
    begin(key)
    text += String(value)
  }

  mutating func add(_ key: String, _ values: [Int]) {
    begin(key)
    text += "[\(values.map(String.init).joined(separator: ","))]"
  }

  mutating func add(_ key: String, _ values: [Double], decimals: Int) {
    begin(key)
    let texts = values.map { $0.isFinite ? $0.decimals(decimals, trimmed: true) : "null" }
    text += "[\(texts.joined(separator: ","))]"
  }

  mutating func add(_ key: String, _ values: [String]) {
    begin(key)
    text += "["
    for (index, value) in values.enumerated() {
      if index > 0 { text += "," }
      append(quoted: value)
    }
    text += "]"
  }

  /// Adds a number; `null` where it is not finite, which JSON cannot represent.
  mutating func add(_ key: String, _ value: Double, decimals: Int) {
    begin(key)
    text += value.isFinite ? value.decimals(decimals, trimmed: true) : "null"
  }

  mutating func add(_ key: String, _ value: Float, decimals: Int) {
    add(key, Double(value), decimals: decimals)
  }

  /// Adds an object of one number per name.
  mutating func add(_ key: String, _ values: [Float], names: [String], decimals: Int) {
    precondition(values.count == names.count, "one name per number")
    begin(key)
    text += "{"
    for (name, value) in zip(names, values) { add(name, value, decimals: decimals) }
    text += "}"
  }

  private mutating func begin(_ key: String) {
    if text.utf8.last != UInt8(ascii: "{") { text += "," }
    append(quoted: key)
    text += ":"
  }

  private mutating func append(quoted string: String) {
    text += "\""
    for scalar in string.legible.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
