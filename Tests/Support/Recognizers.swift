import Models
import Streaming
import Support

/// Recognizers for tests.
public enum Recognizers {
  /// A small one of three networks with weights drawn at random; it tells eight emotions and two genders, and
  /// names the most probable one at once, however unsure it is.
  public static func untrained(seed: UInt64) throws -> Recognizer {
    try untrained(
      networks: [
        NetworkConfiguration(
          name: "recurrent", target: .emotion, adaptive: true,
          layers: [
            .residual([.lstm(units: FeatureLayout(FrontEndConfiguration()).width)]), .batchNorm, .lstm(units: 8),
            .attentionPooling(window: nil), .dropout(rate: 0.3), .dense(units: nil),
          ]),
        NetworkConfiguration(
          name: "convolutional", target: .emotion, adaptive: true,
          layers: [
            .conv(units: 8, kernel: 3, dilation: 2), .activation(.relu), .attentionPooling(window: 10),
            .dense(units: nil),
          ]),
        NetworkConfiguration(
          name: "gender", target: .gender, adaptive: false,
          layers: [.dense(units: 4), .activation(.tanh), .attentionPooling(window: nil), .dense(units: nil)]),
      ], seed: seed)
  }

  /// The same with other networks.
  public static func untrained(networks: [NetworkConfiguration], seed: UInt64) throws -> Recognizer {
    var configuration = RecognizerConfiguration(networks: networks)
    configuration.smoother.threshold = 0
    configuration.smoother.release = 0
    return try untrained(configuration, emotions: 8, seed: seed)
  }

  /// The smallest that has everything: rows of three columns, a few kilobytes as a checkpoint.
  public static func tiny(seed: UInt64) throws -> Recognizer {
    var configuration = RecognizerConfiguration(networks: [
      NetworkConfiguration(
        name: "recurrent", target: .emotion, adaptive: true,
        layers: [
          .residual([.lstm(units: 3)]), .batchNorm, .lstm(units: 4), .attentionPooling(window: nil),
          .dropout(rate: 0.3), .dense(units: nil),
        ]),
      NetworkConfiguration(
        name: "convolutional", target: .emotion, adaptive: true,
        layers: [
          .conv(units: 4, kernel: 3, dilation: 2), .batchNorm, .activation(.relu), .attentionPooling(window: 10),
          .dense(units: nil),
        ]),
      NetworkConfiguration(
        name: "gender", target: .gender, adaptive: false,
        layers: [.dense(units: 4), .activation(.tanh), .attentionPooling(window: nil), .dense(units: nil)]),
    ])
    configuration.frontEnd.features = [.level, .voicing, .zeroCrossingRate]
    return try untrained(configuration, emotions: 3, seed: seed)
  }

  private static func untrained(
    _ configuration: RecognizerConfiguration, emotions: Int, seed: UInt64
  ) throws -> Recognizer {
    let labels = LabelSet(emotions: (0..<emotions).map { "emotion \($0)" }, genders: ["female", "male"])
    let width = FeatureLayout(configuration.frontEnd).width
    var random = RandomSource(seed: seed)
    var built: [Network] = []
    for network in configuration.networks {
      built.append(
        try Network(network, inputWidth: width, outputs: labels[network.target].count, random: &random))
    }
    let voters = configuration.networks.count { $0.target == .emotion }
    let statistics = FeatureStatistics(
      weight: 1, mean: Array(repeating: 0, count: width), variance: Array(repeating: 100, count: width))
    return Recognizer(
      configuration: configuration, labels: labels, statistics: statistics, networks: built,
      ensemble: Ensemble(weights: Array(repeating: 1 / Float(voters), count: voters)), provenance: Provenance())
  }
}
