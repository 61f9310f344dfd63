import FoundationEssentials
import Streaming
import Testing

@Suite struct SmootherConfigurationTests {
  @Test func defaultsAreValid() throws {
    try SmootherConfiguration().validate()
  }

  @Test func missingKeysKeepTheirDefaults() throws {
    let decoded = try JSONDecoder().decode(SmootherConfiguration.self, from: Data(#"{"dwell": 1.5}"#.utf8))
    var expected = SmootherConfiguration()
    expected.dwell = 1.5
    #expect(decoded == expected)
  }

  private func decoded(_ json: String) throws -> SmootherConfiguration {
    try JSONDecoder().decode(SmootherConfiguration.self, from: Data(json.utf8))
  }

  @Test func presetsAreValidAndBalancedIsTheDefault() throws {
    for preset in SmootherPreset.allCases { try preset.configuration.validate() }
    #expect(SmootherPreset.balanced.configuration == SmootherConfiguration())
  }

  @Test func presetsGoFromRestlessToSteady() {
    let all = SmootherPreset.allCases.map(\.configuration)
    #expect(SmootherPreset.allCases == [.off, .responsive, .balanced, .calm])
    for (quick, slow) in zip(all, all.dropFirst()) {
      #expect(quick.timeConstant <= slow.timeConstant && quick.onset < slow.onset && quick.dwell < slow.dwell)
      #expect(quick.margin <= slow.margin && quick.threshold < slow.threshold)
    }
  }

  @Test func presetsAreAPlaceToStartFrom() throws {
    for preset in SmootherPreset.allCases {
      #expect(try decoded(#"{"preset": "\#(preset.rawValue)"}"#) == preset.configuration)
    }
    var expected = SmootherPreset.calm.configuration
    expected.dwell = 5
    #expect(try decoded(#"{"dwell": 5, "preset": "calm"}"#) == expected)
  }

  @Test func unknownPresetsAreRefused() {
    let error = #expect(throws: (any Error).self) { try decoded(#"{"preset": "quick"}"#) }
    #expect(error.map { "\($0)" }?.contains("valid are off, responsive, balanced, calm") == true)
  }

  @Test func withoutSmoothingEachRowHasItsMostProbableEmotion() {
    var smoother = Smoother(labels: 3, configuration: SmootherPreset.off.configuration)
    let rows: [[Float]] = [[0.4, 0.3, 0.3], [0.3, 0.4, 0.3], [0.34, 0.32, 0.34], [0.1, 0.1, 0.8]]
    var labels: [Label] = []
    for (index, row) in rows.enumerated() {
      _ = smoother.step(time: Double(index), speech: true, probabilities: row.span)
      labels.append(smoother.label)
    }
    // A tie names none, so the label before it stays.
    #expect(labels == [.emotion(0), .emotion(1), .emotion(1), .emotion(2)])
  }

  @Test func survivesEncoding() throws {
    var configuration = SmootherConfiguration()
    configuration.margin = 0.25
    configuration.onset = 0
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(SmootherConfiguration.self, from: data) == configuration)
  }

  @Test(
    arguments: [
      ("smoother.timeConstant", { @Sendable in $0.timeConstant = -1 }),
      ("smoother.onset", { $0.onset = .nan }),
      ("smoother.dwell", { $0.dwell = .infinity }),
      ("smoother.margin", { $0.margin = 1.5 }),
      ("smoother.threshold", { $0.threshold = -0.1 }),
      ("smoother.release", { $0.release = 0.5 }),
    ] as [(String, @Sendable (inout SmootherConfiguration) -> Void)])
  func valuesOutOfRangeAreNamed(key: String, spoil: @Sendable (inout SmootherConfiguration) -> Void) {
    var configuration = SmootherConfiguration()
    spoil(&configuration)
    let error = #expect(throws: ConfigurationError.self) { try configuration.validate() }
    #expect(error?.key == key)
  }
}
