/// Which columns of a row hold which feature. Part of a checkpoint, so that a model and a front end can be compared.
public struct FeatureLayout: Codable, Equatable, Sendable {
  /// One feature's columns.
  public struct Block: Codable, Equatable, Sendable {
    public let feature: Feature
    /// nil for the feature itself, 1 for its first and 2 for its second derivative over time.
    public let derivative: Int?
    public let columns: Range<Int>

    /// What the columns are called but for an index: the feature's name, for derivatives after `delta_` or `delta2_`.
    public var name: String { ["", "delta_", "delta2_"][derivative ?? 0] + feature.rawValue }
  }

  /// In the order of the columns, without gaps: the features, then first derivatives, then second ones.
  public let blocks: [Block]

  /// The layout of the rows that a front end of this configuration makes.
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

  /// What adds a constant to columns.
  package enum Shift {
    /// A gain: the whole sound is louder or softer.
    case gain
    /// A channel: some frequencies are louder or softer.
    case channel
  }

  /// For each column, what adds a constant to it at least: a gain, a channel only, or neither (nil).
  package func shifts(_ configuration: FrontEndConfiguration) -> [Shift?] {
    blocks.flatMap { block in
      block.columns.indices.map { column -> Shift? in
        // What is added to all rows alike is no part of a derivative.
        guard block.derivative == nil else { return nil }
        switch block.feature {
        case .mel, .spectrogram: return configuration.scale == .linear ? nil : .gain
        // The cosine transform of a constant has its first coefficient alone.
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

  /// The columns of `feature`, or of a derivative of it; nil where rows do not have it.
  public func columns(of feature: Feature, derivative: Int? = nil) -> Range<Int>? {
    blocks.first { $0.feature == feature && $0.derivative == derivative }?.columns
  }

  /// One name per column: the block's, with an index from 0 where it has several columns (`mfcc_0`, `centroid`).
  public var columnNames: [String] {
    blocks.flatMap { block in
      block.columns.count == 1
        ? [block.name] : block.columns.indices.map { "\(block.name)_\($0 - block.columns.lowerBound)" }
    }
  }
}
