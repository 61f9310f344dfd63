import Streaming

/// Augmentation of the feature rows for a single network, where it differs from the others: masks that help a network
/// on sequences mislead a network on statistics of the utterance.
///
/// Omitted keys keep the values for all networks.
public struct NetworkAugmentation: Codable, Sendable, Equatable {
  /// As in `AugmentationConfiguration`; nil keeps the value for all networks.
  public var cropChance: Float?
  public var shortestCrop: Float?
  public var timeMask: Int?
  public var columnMask: Int?
  public var channel: Float?
  public var level: Float?

  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case cropChance, shortestCrop, timeMask, columnMask, channel, level
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    cropChance = try section.decodeIfPresent(Float.self, forKey: .cropChance)
    shortestCrop = try section.decodeIfPresent(Float.self, forKey: .shortestCrop)
    timeMask = try section.decodeIfPresent(Int.self, forKey: .timeMask)
    columnMask = try section.decodeIfPresent(Int.self, forKey: .columnMask)
    channel = try section.decodeIfPresent(Float.self, forKey: .channel)
    level = try section.decodeIfPresent(Float.self, forKey: .level)
  }
}

extension AugmentationConfiguration {
  /// The configuration for one network.
  func forNetwork(_ name: String) -> AugmentationConfiguration {
    guard let own = networks[name] else { return self }
    var result = self
    result.cropChance = own.cropChance ?? cropChance
    result.shortestCrop = own.shortestCrop ?? shortestCrop
    result.timeMask = own.timeMask ?? timeMask
    result.columnMask = own.columnMask ?? columnMask
    result.channel = own.channel ?? channel
    result.level = own.level ?? level
    return result
  }
}
