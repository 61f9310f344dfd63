import Models
import Testing

/// Reference values under Tests/Golden.
struct Golden {
  private let file: SafeTensors

  init(_ name: String) throws {
    let tests = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    file = try SafeTensors(contentsOf: "\(tests)/Golden/\(name).safetensors")
  }

  func values(_ name: String) throws -> [Float] { try #require(file.tensors[name], "no tensor \(name)").values }

  func integers(_ name: String) throws -> [Int] { try values(name).map { Int($0) } }
}
