/// Which columns of a row hold which feature. Part of a checkpoint, so that a model and a front end can be compared.
public struct FeatureLayout: Codable, Equatable, Sendable {
  /// One feature's columns.
  public struct Block: Codable, Equatable, Sendable {
    public let feature: Feature
    public let columns: Range<Int>
  }

  /// In the order of the columns, without gaps.
  public let blocks: [Block]

  /// The layout of the rows that a front end of this configuration makes.
  public init(_ configuration: FrontEndConfiguration) {
    var start = 0
    blocks = configuration.features.map { feature in
      let count =
        switch feature {
        case .logMel: configuration.melBands
        case .mfcc: configuration.cepstralCoefficients
        case .chroma: ChromaFilterBank.classes
        default: 1
        }
      defer { start += count }
      return Block(feature: feature, columns: start..<start + count)
    }
  }

  /// Columns of a row.
  public var width: Int { blocks.last?.columns.upperBound ?? 0 }

  /// The columns of `feature`; nil where rows do not have it.
  public func columns(of feature: Feature) -> Range<Int>? {
    blocks.first { $0.feature == feature }?.columns
  }

  /// One name per column: the feature's, with an index from 0 where it has several columns (`mfcc_0`, `centroid`).
  public var columnNames: [String] {
    blocks.flatMap { block in
      block.columns.count == 1
        ? [block.feature.rawValue]
        : block.columns.indices.map { "\(block.feature.rawValue)_\($0 - block.columns.lowerBound)" }
    }
  }
}
