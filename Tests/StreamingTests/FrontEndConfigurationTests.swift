import Foundation
import Testing

@testable import Streaming

@Suite struct FrontEndConfigurationTests {
  private func decode(_ json: String) throws -> FrontEndConfiguration {
    try JSONDecoder().decode(FrontEndConfiguration.self, from: Data(json.utf8))
  }

  @Test func defaults() throws {
    let configuration = try decode("{}")
    #expect(configuration == FrontEndConfiguration())
    try configuration.validate()
    #expect(configuration.window == 1280)
    #expect(configuration.hop == 640)
    #expect(configuration.rowRate == 25)
  }

  @Test func roundTrip() throws {
    for configuration in [FrontEndConfiguration(), .all, .short, .gaps, .options] {
      try configuration.validate()
      let data = try JSONEncoder().encode(configuration)
      #expect(try JSONDecoder().decode(FrontEndConfiguration.self, from: data) == configuration)
    }
  }

  @Test func everyKeyIsRead() throws {
    let configuration = try decode(
      """
      {"sampleRate": 8000, "windowMilliseconds": 25, "hopMilliseconds": 10, "fftSize": 256, "windowShape": "hamming",
       "melBands": 20, "minimumFrequency": 50, "maximumFrequency": 3800, "cepstralCoefficients": 13, "rolloff": 0.9,
       "minimumPitch": 75, "maximumPitch": 500, "features": ["mfcc", "level"], "preEmphasis": 0.97,
       "spectrum": "magnitude", "scale": "log", "lifter": 22, "deltas": ["mfcc", "level"], "deltaDeltas": ["mfcc"],
       "deltaWindow": 5}
      """)
    try configuration.validate()
    #expect(configuration.sampleRate == 8000)
    #expect(configuration.window == 200)
    #expect(configuration.hop == 80)
    #expect(configuration.fftSize == 256)
    #expect(configuration.windowShape == .hamming)
    #expect(configuration.melBands == 20)
    #expect(configuration.minimumFrequency == 50)
    #expect(configuration.maximumFrequency == 3800)
    #expect(configuration.cepstralCoefficients == 13)
    #expect(configuration.rolloff == 0.9)
    #expect(configuration.minimumPitch == 75)
    #expect(configuration.maximumPitch == 500)
    #expect(configuration.features == [.mfcc, .level])
    #expect(configuration.preEmphasis == 0.97)
    #expect(configuration.spectrum == .magnitude)
    #expect(configuration.scale == .log)
    #expect(configuration.lifter == 22)
    #expect(configuration.deltas == [.mfcc, .level])
    #expect(configuration.deltaDeltas == [.mfcc])
    #expect(configuration.deltaWindow == 5)
  }

  @Test(arguments: [
    (#"{"features": ["mfcc", "mffc"]}"#, "features", ["‘mffc’", "mfcc", "log_flatness"]),
    (#"{"hopMiliseconds": 10}"#, "hopMiliseconds", ["no such setting", "hopMilliseconds"]),
    (#"{"deltas": ["mfcc", "mffc"]}"#, "deltas", ["‘mffc’", "mfcc", "log_flatness"]),
    (#"{"windowShape": "kaiser"}"#, "windowShape", ["‘kaiser’", "hann", "hamming"]),
    (#"{"spectrum": "energy"}"#, "spectrum", ["‘energy’", "power", "magnitude"]),
    (#"{"scale": "db"}"#, "scale", ["‘db’", "linear", "decibels", "log"]),
  ]) func unknownNamesAreRefused(json: String, key: String, words: [String]) throws {
    let error = try #require(throws: ConfigurationError.self) { try decode(json) }
    #expect(error.key == key)
    for word in words { #expect(error.message.contains(word)) }
  }

  /// A change that makes the defaults impossible, and what the error must name.
  struct Change: Sendable {
    let key: String
    let words: String
    let apply: @Sendable (inout FrontEndConfiguration) -> Void

    init(_ key: String, _ words: String, _ apply: @escaping @Sendable (inout FrontEndConfiguration) -> Void) {
      self.key = key
      self.words = words
      self.apply = apply
    }
  }

  static let impossible = [
    Change("sampleRate", "0 Hz") { $0.sampleRate = 0 },
    Change("sampleRate", "-1 Hz") { $0.sampleRate = -1 },
    Change("windowMilliseconds", "0.0 ms") { $0.windowMilliseconds = 0 },
    Change("windowMilliseconds", "nan ms") { $0.windowMilliseconds = .nan },
    Change("windowMilliseconds", "10 s") { $0.windowMilliseconds = 1e300 },
    Change("hopMilliseconds", "0.0 ms") { $0.hopMilliseconds = 0 },
    Change("hopMilliseconds", "-inf ms") { $0.hopMilliseconds = -.infinity },
    Change("hopMilliseconds", "one sample") { $0.hopMilliseconds = 0.01 },
    Change("fftSize", "1280 samples") { $0.fftSize = 1024 },
    Change("fftSize", "even") { $0.fftSize = 2049 },
    Change("fftSize", "even") { $0.fftSize = 0 },
    Change("melBands", "between 1") { $0.melBands = 0 },
    Change("minimumFrequency", "-1.0 Hz") { $0.minimumFrequency = -1 },
    Change("minimumFrequency", "8000.0 Hz") { $0.minimumFrequency = 8000 },
    Change("maximumFrequency", "half the sample rate") { $0.maximumFrequency = 8001 },
    Change("maximumFrequency", "half the sample rate") { $0.maximumFrequency = .infinity },
    Change("cepstralCoefficients", "80 mel bands") { $0.cepstralCoefficients = 81 },
    Change("rolloff", "1.0") { $0.rolloff = 1 },
    Change("minimumPitch", "0.0 Hz") { $0.minimumPitch = 0 },
    Change("minimumPitch", "600.0 Hz") { $0.minimumPitch = 700 },
    Change("maximumPitch", "eighth") { $0.maximumPitch = 4000 },
    Change("maximumPitch", "4.0 ms") { $0.windowMilliseconds = 4 },
    Change("features", "at least one") { $0.features = [] },
    Change("features", "‘mfcc’") { $0.features = [.mfcc, .rms, .mfcc] },
    Change("features", "12800 Hz") {
      $0.features = [.contrast]
      $0.sampleRate = 12800
      $0.maximumFrequency = 6400
    },
    Change("preEmphasis", "1.0") { $0.preEmphasis = 1 },
    Change("preEmphasis", "nan") { $0.preEmphasis = .nan },
    Change("lifter", "-1.0") { $0.lifter = -1 },
    Change("deltas", "‘rms’ is not among") { $0.deltas = [.mfcc, .rms] },
    Change("deltas", "‘mfcc’ is there twice") { $0.deltas = [.mfcc, .mfcc] },
    Change("deltaDeltas", "‘rms’ is not among") { $0.deltaDeltas = [.rms] },
    Change("deltaWindow", "odd") { $0.deltaWindow = 8 },
    Change("deltaWindow", "between 3") { $0.deltaWindow = 1 },
  ]

  @Test(arguments: impossible) func impossibleValuesAreRefused(change: Change) throws {
    var configuration = FrontEndConfiguration()
    change.apply(&configuration)
    let error = try #require(throws: ConfigurationError.self) { try configuration.validate() }
    #expect(error.key == change.key)
    #expect(error.message.contains(change.words), "\(error)")
    #expect(throws: error) { _ = try FrontEnd(configuration) }
  }

  @Test func aLowestPitchNearZeroIsLimitedByTheWindow() throws {
    var configuration = FrontEndConfiguration()
    configuration.minimumPitch = 1e-30
    try configuration.validate()
    #expect(PitchTracker.lags(configuration).upperBound == configuration.window / 3)
  }

  @Test func layout() throws {
    let layout = FeatureLayout(FrontEndConfiguration())
    #expect(layout.width == 60)
    #expect(layout.columns(of: .mfcc) == 0..<40)
    #expect(layout.columns(of: .chroma) == 40..<52)
    #expect(layout.columns(of: .voicing) == 59..<60)
    #expect(layout.columns(of: .pitch) == nil)
    #expect(layout.columnNames.count == 60)
    #expect(layout.columnNames[39...41] == ["mfcc_39", "chroma_0", "chroma_1"])
    #expect(layout.columnNames.suffix(2) == ["log_pitch", "voicing"])
    #expect(try JSONDecoder().decode(FeatureLayout.self, from: JSONEncoder().encode(layout)) == layout)
    var configuration = FrontEndConfiguration.short
    configuration.features = [.spectrogram, .contrast, .mfcc, .rms]
    configuration.deltas = [.rms, .mfcc]
    configuration.deltaDeltas = [.rms]
    let wide = FeatureLayout(configuration)
    #expect(wide.width == 257 + 7 + 40 + 1 + 1 + 40 + 1)
    #expect(wide.columns(of: .rms, derivative: 1) == 305..<306)
    #expect(wide.columns(of: .mfcc, derivative: 1) == 306..<346)
    #expect(wide.columns(of: .mfcc, derivative: 2) == nil)
    #expect(wide.columnNames[304...306] == ["rms", "delta_rms", "delta_mfcc_0"])
    #expect(wide.columnNames.last == "delta2_rms")
    #expect(try JSONDecoder().decode(FeatureLayout.self, from: JSONEncoder().encode(wide)) == wide)
  }
}
