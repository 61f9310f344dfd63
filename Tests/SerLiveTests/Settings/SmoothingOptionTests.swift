import Streaming
import Testing

@testable import ser_live

@Suite struct SmoothingOptionTests {
  @Test func aPresetAndSettingsOnTopOfItAreTaken() throws {
    #expect(try SmoothingOption.parse([]).smoothing == nil)
    for preset in SmootherPreset.allCases {
      #expect(try SmoothingOption.parse(["--smoothing", preset.rawValue]).smoothing == preset.configuration)
    }
    var calm = SmootherPreset.calm.configuration
    calm.dwell = 3
    calm.threshold = 0.3
    #expect(try SmoothingOption.parse(["--smoothing", "calm,dwell=3,threshold=0.3"]).smoothing == calm)
    #expect(try SmoothingOption.parse(["--smoothing", "dwell=3,preset=calm,threshold=0.3"]).smoothing == calm)
    var balanced = SmootherConfiguration()
    balanced.margin = 0
    #expect(try SmoothingOption.parse(["--smoothing", "margin=0"]).smoothing == balanced)
  }

  @Test(
    arguments: [
      ("clam", "did you mean 'calm'?"), ("calm,dwel=3", "did you mean 'dwell'?"), ("dwell=long", "must be a number"),
      ("dwell=nan", "must be a number"), ("dwell=-1", "between 0 and 60 seconds"),
      ("calm,off", "preset is there twice"),
      ("release=0.5", "between 0 and the threshold"), ("", "there is no preset"),
    ])
  func whatMeansNothingIsRefused(text: String, words: String) {
    let error = #expect(throws: (any Error).self) { try SmoothingOption.parse(["--smoothing", text]) }
    #expect(SmoothingOption.message(for: error!).contains(words), "\(SmoothingOption.message(for: error!))")
  }
}
