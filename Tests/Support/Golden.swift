import Models

/// Reference values under Tests/Golden, written by the script of the same name there.
public struct Golden {
  private let file: SafeTensors

  /// - Parameter name: of the file, without its extension.
  public init(_ name: String) throws {
    let tests = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
    file = try SafeTensors(contentsOf: "\(tests)/Golden/\(name).safetensors")
  }

  /// The script wrote no such values.
  public struct Missing: Error {
    public let name: String
  }

  private func tensor(_ name: String) throws -> SafeTensors.Tensor {
    guard let tensor = file.tensors[name] else { throw Missing(name: name) }
    return tensor
  }

  public func contains(_ name: String) -> Bool { file.tensors[name] != nil }

  public func values(_ name: String) throws -> [Float] { try tensor(name).values }

  public func shape(_ name: String) throws -> [Int] { try tensor(name).shape }

  public func integers(_ name: String) throws -> [Int] { try values(name).map { Int($0) } }
}
