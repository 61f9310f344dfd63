import FoundationEssentials
import Support
import Testing

@testable import Models

@Suite("Checkpoint files")
struct SafeTensorsTests {
  static let file = SafeTensors(
    metadata: ["licence": "CC BY-NC-SA 4.0", "text": "ü \"quoted\" / \\ \n 声"],
    tensors: [
      "b": SafeTensors.Tensor(
        shape: [2, 3], values: [-0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -1.5, 0x1.fffffep-3, 3]),
      "a.0": SafeTensors.Tensor(shape: [1], values: [-2.75]),
      "empty": SafeTensors.Tensor(shape: [0, 4], values: []),
      "scalar": SafeTensors.Tensor(shape: [], values: [7]),
    ])

  static func read(_ bytes: [UInt8]) throws(CheckpointError) -> SafeTensors {
    try SafeTensors(bytes.span, name: "tried")
  }

  /// A file with the given header and so many bytes of zeros behind it.
  static func bytes(header: String, zeros: Int = 0) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + header.utf8
      + Array(repeating: 0, count: zeros)
  }

  static func bits(_ file: SafeTensors) -> [String: [UInt32]] { file.tensors.mapValues { $0.values.map(\.bitPattern) } }

  @Test("What is written is read, bit for bit, and written again as the same bytes")
  func roundTrip() throws {
    let bytes = Self.file.encoded()
    let read = try Self.read(bytes)
    #expect(read == Self.file)
    #expect(Self.bits(read) == Self.bits(Self.file))
    #expect(read.encoded() == bytes)
    var other = SafeTensors()
    for name in Self.file.tensors.keys.sorted(by: >) { other.tensors[name] = Self.file.tensors[name] }
    other.metadata = Self.file.metadata
    #expect(other.encoded() == bytes)
  }

  @Test("The layout is the format's: length, JSON, aligned numbers one after the other in little-endian order")
  func layout() throws {
    struct Entry: Decodable {
      var dtype: String?
      var shape: [Int]?
      var offsets: [Int]?

      enum CodingKeys: String, CodingKey {
        case dtype, shape
        case offsets = "data_offsets"
      }
    }
    let bytes = Self.file.encoded()
    let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
    #expect(length % 8 == 0)
    #expect(bytes.count == 8 + length + 4 * 8)
    let json = Data(bytes[8..<8 + length])
    #expect(json.first == UInt8(ascii: "{"))
    let header = try JSONDecoder().decode([String: Entry].self, from: json)
    #expect(Set(header.keys) == ["__metadata__", "a.0", "b", "empty", "scalar"])
    let arrays = Self.file.tensors.keys.sorted().map { header[$0]! }
    #expect(arrays.allSatisfy { $0.dtype == "F32" })
    #expect(arrays.map(\.shape) == [[1], [2, 3], [0, 4], []])
    #expect(arrays.map(\.offsets) == [[0, 4], [4, 28], [28, 28], [28, 32]])
    #expect(Array(bytes[8 + length..<8 + length + 4]) == [0x00, 0x00, 0x30, 0xC0])  // -2.75
  }

  @Test("Bytes lie behind the wider numbers, and every value of a byte comes back")
  func bytes() throws {
    let values = (-128...127).map(Float.init)
    let file = SafeTensors(tensors: [
      "a": SafeTensors.Tensor(shape: [256], values: values, type: .int8),
      "b": SafeTensors.Tensor(shape: [1], values: [0.5]),
    ])
    let bytes = file.encoded()
    #expect(try Self.read(bytes) == file)
    #expect(bytes.suffix(260).prefix(4) == [0, 0, 0, 0x3F])
    #expect(bytes.suffix(256).map { Int8(bitPattern: $0) } == Array(-128...127))
  }

  @Test("A file that is cut short anywhere is refused")
  func truncation() {
    let bytes = Self.file.encoded()
    for count in bytes.indices {
      let error = #expect(throws: CheckpointError.self) { try Self.read(Array(bytes[..<count])) }
      #expect(error?.description.hasPrefix("tried is not a usable safetensors file: ") == true)
    }
    #expect(throws: CheckpointError.self) { try Self.read(bytes + [0]) }
  }

  @Test("Flipped bits and foreign bytes are refused or read as another valid file")
  func damage() {
    let original = Self.file.encoded()
    var random = RandomSource(seed: 46)
    var refused = 0
    var variants: [[UInt8]] = []
    for position in original.indices {
      for bit in 0..<8 {
        variants.append(original)
        variants[variants.count - 1][position] ^= 1 << UInt8(bit)
      }
    }
    for _ in 0..<3000 {
      variants.append(original)
      for _ in 0...random.index(below: 4) {
        variants[variants.count - 1][random.index(below: original.count)] = UInt8(random.index(below: 256))
      }
    }
    for bytes in variants {
      do throws(CheckpointError) {
        let read = try Self.read(bytes)
        // Read again from its own bytes it is the same: nothing half understood came in.
        let again = try Self.read(read.encoded())
        #expect(again == read)
        #expect(read.tensors.values.allSatisfy { $0.values.allSatisfy(\.isFinite) })
      } catch {
        refused += 1
      }
    }
    #expect(refused > variants.count / 2)
  }

  @Test(
    "A header that makes no sense is refused with the reason",
    arguments: [
      ("", 0, "JSON"), ("[]", 0, "JSON"), ("{", 0, "JSON"), ("nonsense", 8, "JSON"),
      (#"{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#, 4, "'a' holds F16"),
      (#"{"a":{"dtype":"I8","shape":[2],"data_offsets":[0,4]}}"#, 4, "does not lie"),
      (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "shape [-1]"),
      (#"{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}"#, 4, "shape [-1, -1]"),
      (#"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#, 0, "does not lie"),
      (#"{"a":{"dtype":"F32","shape":[9223372036854775807,2],"data_offsets":[0,4]}}"#, 4, "does not lie"),
      (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, 4, "JSON"),
      (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,6]}}"#, 8, "JSON"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "does not lie"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, 4, "does not lie"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4, "does not lie"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,5]}}"#, 5, "does not lie"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 8, "does not lie"),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775800,9223372036854775804]}}"#, 4,
        "does not lie"
      ),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "without gaps"),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
        4, "without gaps"
      ),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 8, "end after 4 bytes"),
      (#"{"a":{"text":"not an array"}}"#, 0, "'a' does not describe an array"),
      (#"{"__metadata__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, "metadata are not texts"),
      (#"{"__metadata__":{"epoch":3}}"#, 0, "JSON"),
    ])
  func badHeader(_ header: String, _ zeros: Int, _ words: String) {
    let error = #expect(throws: CheckpointError.self) { try Self.read(Self.bytes(header: header, zeros: zeros)) }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test("An array that is there twice is refused")
  func duplicate() {
    let entry = #""a":{"dtype":"F32","shape":[1],"data_offsets":"#
    #expect(throws: CheckpointError.self) {
      try Self.read(Self.bytes(header: "{\(entry)[0,4]},\(entry)[4,8]}}", zeros: 8))
    }
  }

  @Test("Values that are not numbers are refused, and the array named", arguments: [Float.nan, .infinity, -.infinity])
  func notNumbers(_ value: Float) {
    var file = Self.file
    file.tensors["b"]!.values[4] = value
    let error = #expect(throws: CheckpointError.self) { try Self.read(file.encoded()) }
    #expect(error?.description.contains("'b' holds a value that is not a number") == true)
  }

  @Test("A header longer than any file, and one longer than this file, are refused")
  func headerLength() {
    for length in [UInt64.max, UInt64(Int.max), 1 << 40, 17] {
      let bytes =
        withUnsafeBytes(of: length.littleEndian) { Array($0) } + Array(repeating: UInt8(ascii: " "), count: 16)
      #expect(throws: CheckpointError.self) { try Self.read(bytes) }
    }
  }

  @Test("A network keeps its weights through a file; a missing or misshapen array is named with both sides")
  func network() throws {
    let configuration = NetworkTests.configurations[0]
    var random = RandomSource(seed: 3)
    let network = try Network(configuration, inputWidth: 5, outputs: 4, random: &random)
    var file = SafeTensors()
    network.write(to: &file)
    let again = try Network(
      configuration, inputWidth: 5, outputs: 4, from: Self.read(file.encoded()), name: "model")
    #expect(again.weights == network.weights)

    let name = "networks.lstm.2.recurrent_weight"
    var reshaped = file
    reshaped.tensors[name] = SafeTensors.Tensor(shape: [7, 28], values: Array(repeating: 0, count: 196))
    #expect(throws: CheckpointError("model: '\(name)' has shape [7, 28], its configuration asks for [28, 7]")) {
      try Network(configuration, inputWidth: 5, outputs: 4, from: reshaped, name: "model")
    }
    var lacking = file
    lacking.tensors[name] = nil
    #expect(throws: CheckpointError("model lacks '\(name)', which its configuration asks for")) {
      try Network(configuration, inputWidth: 5, outputs: 4, from: lacking, name: "model")
    }
  }

  @Test("A configuration that asks for all memory is refused before any is taken")
  func giants() {
    for layer in [
      LayerConfiguration.lstm(units: 65536), .lstm(units: .max), .dense(units: 1 << 40),
      .conv(units: 65536, kernel: 65536, dilation: 1), .conv(units: 1, kernel: .max, dilation: .max),
      .attentionPooling(window: .max),
    ] {
      let configuration = NetworkConfiguration(
        name: "giant", target: .emotion, adaptive: true,
        layers: [layer, .attentionPooling(window: nil), .dense(units: nil)])
      #expect(throws: CheckpointError.self) {
        try Network(configuration, inputWidth: 5, outputs: 4, from: SafeTensors(), name: "model")
      }
    }
  }
}

@Suite("Checkpoint files on disk")
final class SafeTensorsFileTests {
  private let folder: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/ser-live-\(UUID())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) ?? [] }

  @Test("A file is written whole, replaces the one before, and leaves nothing beside it")
  func writing() throws {
    let path = folder + "/model.safetensors"
    try SafeTensorsTests.file.write(to: path)
    #expect(try SafeTensors(contentsOf: path) == SafeTensorsTests.file)
    let other = SafeTensors(metadata: ["epoch": "2"])
    try other.write(to: path)
    #expect(try SafeTensors(contentsOf: path) == other)
    #expect(names == ["model.safetensors"])
  }

  @Test("Where a file cannot be written the error names it, and no part is left behind")
  func unwritable() throws {
    let missing = folder + "/missing/model.safetensors"
    #expect(throws: CheckpointError(.inputOutput, "cannot write \(missing): No such file or directory")) {
      try SafeTensorsTests.file.write(to: missing)
    }
    // A folder of that name: the file can be written beside it but not take its place.
    let taken = folder + "/taken"
    try FileManager.default.createDirectory(atPath: taken, withIntermediateDirectories: false)
    #expect(throws: CheckpointError(.inputOutput, "cannot write \(taken): Is a directory")) {
      try SafeTensorsTests.file.write(to: taken)
    }
    #expect(names == ["taken"])
  }

  @Test("Where a file cannot be read the error names it")
  func unreadable() throws {
    #expect(throws: CheckpointError(.noInput, "cannot read \(folder)/none: No such file or directory")) {
      try SafeTensors(contentsOf: folder + "/none")
    }
    #expect(throws: CheckpointError(.noInput, "\(folder) is not a file")) { try SafeTensors(contentsOf: folder) }
    try Data().write(to: URL(filePath: folder + "/empty"))
    #expect(throws: CheckpointError("\(folder)/empty is not a usable safetensors file: it has only 0 bytes")) {
      try SafeTensors(contentsOf: folder + "/empty")
    }
  }
}
