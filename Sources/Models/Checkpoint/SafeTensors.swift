import FoundationEssentials

/// Named arrays in single precision or int8, and metadata strings, in the safetensors format: eight bytes with the
/// header's length, a JSON header, the data (https://huggingface.co/docs/safetensors). NumPy and PyTorch can read it.
public struct SafeTensors: Sendable, Equatable {
  /// An array of any number of dimensions.
  public struct Tensor: Sendable, Equatable {
    /// Length of each dimension; empty for a scalar.
    public var shape: [Int]
    /// Row-major; as many as the product of `shape`.
    public var values: [Float]
    /// The element type in the file.
    public var type: ElementType

    /// - Parameters:
    ///   - values: as many as the product of `shape`.
    ///   - type: `int8` for integers from −128 to 127.
    public init(shape: [Int], values: [Float], type: ElementType = .float32) {
      precondition(shape.reduce(1, *) == values.count, "the shape does not fit the number of values")
      precondition(type == .float32 || values.allSatisfy { Float(Int8(exactly: $0) ?? 0) == $0 }, "no bytes")
      self.shape = shape
      self.values = values
      self.type = type
    }
  }

  /// The supported element types.
  public enum ElementType: String, CaseIterable, Sendable {
    case float32 = "F32"
    case int8 = "I8"

    /// In bytes.
    var size: Int { self == .float32 ? 4 : 1 }
  }

  /// The metadata strings, by name.
  public var metadata: [String: String]
  /// The arrays, by name.
  public var tensors: [String: Tensor]

  /// A file with the given content, empty by default.
  public init(metadata: [String: String] = [:], tensors: [String: Tensor] = [:]) {
    self.metadata = metadata
    self.tensors = tensors
  }

  private static let metadataKey = "__metadata__"

  private struct Entry: Codable {
    var dtype: String
    var shape: [Int]
    /// First byte and the byte after the last, from the end of the header.
    var offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }
  }

  /// The header's values: metadata under `__metadata__`, array descriptions under all other names.
  private enum HeaderValue: Codable {
    case metadata([String: String])
    case tensor(Entry)

    init(from decoder: any Decoder) throws {
      if let entry = try? Entry(from: decoder) {
        self = .tensor(entry)
      } else {
        self = .metadata(try [String: String](from: decoder))
      }
    }

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .metadata(let texts): try texts.encode(to: encoder)
      case .tensor(let entry): try entry.encode(to: encoder)
      }
    }
  }

  /// The file's bytes; equal content gives identical bytes.
  public func encoded() -> [UInt8] {
    var header: [String: HeaderValue] = [Self.metadataKey: .metadata(metadata)]
    var offset = 0
    // Wider elements first, so that each array starts at a multiple of its element size.
    let names = tensors.keys.sorted { (-tensors[$0]!.type.size, $0) < (-tensors[$1]!.type.size, $1) }
    for name in names {
      let tensor = tensors[name]!
      let end = offset + tensor.type.size * tensor.values.count
      header[name] = .tensor(Entry(dtype: tensor.type.rawValue, shape: tensor.shape, offsets: [offset, end]))
      offset = end
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings, integers and arrays of them always encode.
    var json = Array(try! encoder.encode(header))
    // Spaces after the header keep the data aligned, as the format requires.
    while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + json.count + offset)
    for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: json.count >> shift)) }
    bytes += json
    for name in names {
      let tensor = tensors[name]!
      for value in tensor.values {
        let bits = tensor.type == .float32 ? value.bitPattern : UInt32(bitPattern: Int32(value))
        for shift in stride(from: 0, to: 8 * tensor.type.size, by: 8) {
          bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
        }
      }
    }
    return bytes
  }

  /// Reads a file from memory.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - name: the file's name in error messages.
  /// - Throws: `badData` where the format is wrong, an element type is neither F32 nor I8, or a value is not finite.
  public init(_ bytes: Span<UInt8>, name: String) throws(CheckpointError) {
    func damaged(_ reason: String) -> CheckpointError {
      CheckpointError("\(name) is not a usable safetensors file: \(reason)")
    }
    guard bytes.count >= 8 else { throw damaged("it has only \(bytes.count) bytes") }
    var length: UInt64 = 0
    for i in (0..<8).reversed() { length = length << 8 | UInt64(bytes[i]) }
    guard length <= UInt64(bytes.count - 8) else {
      throw damaged("its header would be \(length) bytes long, the file has \(bytes.count)")
    }
    let start = 8 + Int(length)
    // SAFETY: the bytes are copied before the call returns.
    let json = bytes.extracting(8..<start).withUnsafeBufferPointer { Data($0) }
    guard let header = try? JSONDecoder().decode([String: HeaderValue].self, from: json) else {
      throw damaged("its header is not the JSON that the format asks for")
    }
    metadata = [:]
    tensors = [:]
    var ranges: [Range<Int>] = []
    for (key, value) in header {
      switch value {
      case .metadata(let texts):
        guard key == Self.metadataKey else { throw damaged("'\(key)' does not describe an array") }
        metadata = texts
      case .tensor(let entry):
        guard key != Self.metadataKey else { throw damaged("its metadata are not texts") }
        guard let type = ElementType(rawValue: entry.dtype) else {
          let readable = ElementType.allCases.map(\.rawValue).joined(separator: " and ")
          throw damaged("'\(key)' holds \(entry.dtype), only \(readable) can be read")
        }
        let range = try Self.range(of: entry, key, type, in: bytes.count - start, damaged)
        ranges.append(range)
        var values: [Float] = []
        values.reserveCapacity(range.count / type.size)
        for i in stride(from: start + range.lowerBound, to: start + range.upperBound, by: type.size) {
          switch type {
          case .int8: values.append(Float(Int8(bitPattern: bytes[i])))
          case .float32:
            let bits =
              UInt32(bytes[i]) | UInt32(bytes[i + 1]) << 8 | UInt32(bytes[i + 2]) << 16 | UInt32(bytes[i + 3]) << 24
            values.append(Float(bitPattern: bits))
          }
        }
        guard values.allSatisfy(\.isFinite) else { throw damaged("'\(key)' holds a value that is not a number") }
        tensors[key] = Tensor(shape: entry.shape, values: values, type: type)
      }
    }
    // The format allows neither gaps nor overlaps. A duplicate name leaves a gap as well.
    var end = 0
    for range in ranges.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
      guard range.lowerBound == end else { throw damaged("its arrays do not follow one another without gaps") }
      end = range.upperBound
    }
    guard end == bytes.count - start else {
      throw damaged("its arrays end after \(end) bytes, but there are \(bytes.count - start)")
    }
  }

  /// The byte range of an array, from the end of the header.
  private static func range(
    of entry: Entry, _ key: String, _ type: ElementType, in available: Int, _ damaged: (String) -> CheckpointError
  ) throws(CheckpointError) -> Range<Int> {
    var count: Int? = 1
    for size in entry.shape {
      guard let product = count?.multipliedReportingOverflow(by: size) else { break }
      count = product.overflow || size < 0 ? nil : product.partialValue
    }
    guard let count, entry.offsets.count == 2, case (let from, let to) = (entry.offsets[0], entry.offsets[1]),
      from >= 0, to >= from, to <= available, (to - from) / type.size == count, (to - from) % type.size == 0
    else {
      throw damaged("'\(key)' of shape \(entry.shape) does not lie within the file; it may be cut short")
    }
    return from..<to
  }

  /// The values of the array called `name`, which must have the given shape.
  ///
  /// - Parameter file: the file's name in error messages.
  /// - Throws: `badData` where the array does not exist, or has another shape or type.
  public func tensor(
    _ name: String, shape: [Int], type: ElementType = .float32, file: String
  ) throws(CheckpointError) -> [Float] {
    guard let tensor = tensors[name] else {
      throw CheckpointError("\(file) lacks '\(name)', which its configuration asks for")
    }
    guard tensor.shape == shape else {
      throw CheckpointError(
        "\(file): '\(name)' has shape \(tensor.shape), its configuration asks for \(shape)")
    }
    guard tensor.type == type else {
      throw CheckpointError("\(file): '\(name)' holds \(tensor.type.rawValue), not \(type.rawValue)")
    }
    return tensor.values
  }
}
