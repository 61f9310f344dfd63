import Models
import Support

/// Ways to damage a checkpoint, as files are damaged in the world and as somebody would do it on purpose.
struct CheckpointMutations {
  /// Whole checkpoints; the first is damaged, parts of the others go into it.
  let files: [[UInt8]]
  private let checkpoints: [SafeTensors]

  init(_ checkpoints: [SafeTensors]) {
    self.checkpoints = checkpoints
    files = checkpoints.map { $0.encoded() }
  }

  /// Damaged file number `index`: the same for the same number.
  func file(_ index: Int) -> [UInt8] {
    var random = RandomSource(seed: 46, index)
    var bytes = files[0]
    let header = 8..<8 + (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
    switch random.index(below: 12) {
    case 0:  // cut short
      bytes.removeLast(1 + random.index(below: bytes.count))
    case 1:  // something behind
      for _ in 0...random.index(below: 64) { bytes.append(UInt8(truncatingIfNeeded: random.next())) }
    case 2:  // bits anywhere
      for _ in 0...random.index(below: 8) {
        bytes[random.index(below: bytes.count)] ^= 1 << UInt8(random.index(below: 8))
      }
    case 3:  // bits in the header
      for _ in 0...random.index(below: 4) {
        bytes[header.randomElement(using: &random)!] ^= 1 << UInt8(random.index(below: 7))
      }
    case 4:  // what means something in JSON
      for _ in 0...random.index(below: 3) {
        bytes[header.randomElement(using: &random)!] = Array("{}[]\",:-0159eE.\\ntu \u{0}".utf8).randomElement(
          using: &random)!
      }
    case 5:  // the header's length
      let length = [0, 1, header.count - 1, header.count + 1, 1 << 32, 1 << 62, -1, -8, Int(random.next() >> 40)]
        .randomElement(using: &random)!
      for i in 0..<8 { bytes[i] = UInt8(truncatingIfNeeded: length >> (8 * i)) }
    case 6:  // a piece moved, or left out
      let from = random.index(below: bytes.count)
      let piece = Array(bytes[from..<min(bytes.count, from + 1 + random.index(below: 200))])
      if random.index(below: 2) == 0 { bytes.removeSubrange(from..<from + piece.count) }
      bytes.insert(contentsOf: piece, at: random.index(below: bytes.count + 1))
    case 7:  // spliced from two files
      let other = files[random.index(below: files.count)]
      bytes = Array(bytes[..<random.index(below: bytes.count)] + other[random.index(below: other.count)...])
    case 8:  // a weight that is no number, or an absurd one
      let weight = header.upperBound + 4 * random.index(below: (bytes.count - header.upperBound) / 4)
      let bits = [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude, -1e30, 0]
        .randomElement(using: &random)!.bitPattern
      for i in 0..<4 { bytes[weight + i] = UInt8(truncatingIfNeeded: bits >> (8 * UInt32(i))) }
    case 9:  // an array that lies elsewhere, or is of another shape, in a header of the right length
      bytes = rewritten(files[0], header) { Self.numberReplaced(in: $0, &random) }
    case 10:  // another file in the right format
      bytes = another(&random).encoded()
    default:  // a header of brackets and spaces
      let filler = ["[", "{\"a\":", " ", "\"", "[[", "-", "1"].randomElement(using: &random)!
      let count = 1 + random.index(below: 3000)
      bytes = rewritten(files[0], header) { _ in String(repeating: filler, count: count) }
    }
    return bytes
  }

  /// A file whose header says something else, and whose length says so.
  private func rewritten(_ bytes: [UInt8], _ header: Range<Int>, _ change: (String) -> String) -> [UInt8] {
    let text = Array(change(String(decoding: bytes[header], as: UTF8.self)).utf8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
    return length + text + bytes[header.upperBound...]
  }

  /// A file in the right format whose content contradicts itself, or asks for what there cannot be.
  private func another(_ random: inout RandomSource) -> SafeTensors {
    var file = checkpoints[0]
    let name = file.tensors.keys.sorted().randomElement(using: &random)!
    let key = file.metadata.keys.sorted().randomElement(using: &random)!
    switch random.index(below: 7) {
    case 0: file.tensors[name] = nil
    case 1: file.metadata[key] = [nil, "", "{}", "[]", "null"].randomElement(using: &random)!
    case 2: file.tensors[name]!.shape.insert(1, at: 0)
    case 3:
      let other = file.tensors.keys.sorted().randomElement(using: &random)!
      file.tensors[name] = file.tensors[other]
    case 4: file.metadata[key] = checkpoints.last!.metadata[key]
    case 5: file.metadata["description"] = Self.labelsChanged(in: file.metadata["description"]!, &random)
    default:
      let key = ["configuration", "description"].randomElement(using: &random)!
      for _ in 0...random.index(below: 2) { file.metadata[key] = Self.numberReplaced(in: file.metadata[key]!, &random) }
    }
    return file
  }

  private static func labelsChanged(in text: String, _ random: inout RandomSource) -> String {
    let label = "\"emotion \(random.index(below: 3))\""
    let other = ["\"\"", "\"emotion 0\"", "\(label),\"more\"", "\"a\\nb\"", "7", "\"silence\"", "null"]
      .randomElement(using: &random)!
    return text.split(separator: label, omittingEmptySubsequences: false).joined(separator: other)
  }

  /// The text with one of its numbers replaced by one at some limit.
  private static func numberReplaced(in text: String, _ random: inout RandomSource) -> String {
    let bytes = Array(text.utf8)
    func isNumber(_ i: Int) -> Bool { bytes.indices.contains(i) && (48...57 ~= bytes[i] || bytes[i] == 46) }
    let starts = bytes.indices.filter { isNumber($0) && !isNumber($0 - 1) }
    guard let start = starts.randomElement(using: &random) else { return text }
    var end = start
    while isNumber(end) { end += 1 }
    let number = [
      "0", "-1", "1", "2", "7", "0.5", "0.001", "-0.0", "100", "1000", "65535", "65536", "65537", "2147483648",
      "9223372036854775807", "-9223372036854775808", "99999999999999999999", "1e9", "1e38", "1e39", "1e308", "1e999",
      "null", "true", "\"1\"", "[]", "{}",
    ].randomElement(using: &random)!
    return String(decoding: bytes[..<start] + Array(number.utf8) + bytes[end...], as: UTF8.self)
  }
}
