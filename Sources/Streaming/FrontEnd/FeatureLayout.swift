/// The mapping of columns to features. Part of a checkpoint, so that a model and a front end can be compared.
public struct FeatureLayout: Codable, Equatable, Sendable {
  /// The columns of one feature.
  public struct Block: Codable, Equatable, Sendable {
    public let feature: Feature
    /// nil for the feature itself, 1 for its first and 2 for its second derivative over time.
    public let derivative: Int?
    public let columns: Range<Int>

    /// The name of the columns without the index: the feature's name, prefixed with `delta_` or `delta2_` for
    /// derivatives.
    public var name: String { ["", "delta_", "delta2_"][derivative ?? 0] + feature.rawValue }
  }

  /// In column order, without gaps: features, then first derivatives, then second derivatives.
  public let blocks: [Block]

  /// The layout of the rows of a front end with this configuration.
  public init(_ configuration: FrontEndConfiguration) {
    var start = 0
    func blocks(_ features: [Feature], derivative: Int?) -> [Block] {
      features.map { feature in
        let count = Self.width(of: feature, configuration)
        defer { start += count }
        return Block(feature: feature, derivative: derivative, columns: start..<start + count)
      }
    }
    self.blocks =
      blocks(configuration.features, derivative: nil) + blocks(configuration.deltas, derivative: 1)
      + blocks(configuration.deltaDeltas, derivative: 2)
  }

  /// The kind of change that adds a constant to a column.
  package enum Shift {
    /// A gain: the level of the whole signal changes.
    case gain
    /// A channel: the level of some frequencies changes.
    case channel
  }

  /// For each column, the smallest change that adds a constant to it: a gain, only a channel, or neither (nil).
  package func shifts(_ configuration: FrontEndConfiguration) -> [Shift?] {
    blocks.flatMap { block in
      block.columns.indices.map { column -> Shift? in
        // Derivatives cancel a constant that is added to all rows.
        guard block.derivative == nil else { return nil }
        switch block.feature {
        case .mel, .spectrogram: return configuration.scale == .linear ? nil : .gain
        // The cosine transform of a constant is zero except for its first coefficient.
        case .mfcc: return column == block.columns.lowerBound ? .gain : .channel
        case .level: return .gain
        default: return nil
        }
      }
    }
  }

  private static func width(of feature: Feature, _ configuration: FrontEndConfiguration) -> Int {
    switch feature {
    case .spectrogram: ForwardTransform.bins(configuration.fftSize)
    case .mel: configuration.melBands
    case .mfcc: configuration.cepstralCoefficients
    case .chroma: ChromaFilterBank.classes
    case .contrast: SpectralContrast.bands
    default: 1
    }
  }

  /// Columns of a row.
  public var width: Int { blocks.last?.columns.upperBound ?? 0 }

  /// The columns of `feature` or of its derivative; nil where rows do not contain it.
  public func columns(of feature: Feature, derivative: Int? = nil) -> Range<Int>? {
    blocks.first { $0.feature == feature && $0.derivative == derivative }?.columns
  }

  /// One name per column: the block's name, with an index from 0 where the block has several columns (`mfcc_0`,
  /// `centroid`).
  public var columnNames: [String] {
    blocks.flatMap { block in
      block.columns.count == 1
        ? [block.name] : block.columns.indices.map { "\(block.name)_\($0 - block.columns.lowerBound)" }
    }
  }
}
