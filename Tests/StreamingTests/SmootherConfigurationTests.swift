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
