import Support
import Testing

@testable import Models

@Suite struct NearestNameTests {
  private static let names = ["timeConstant", "onset", "dwell", "margin", "threshold", "release"]

  @Test(
    arguments: [
      ("dwel", "dwell"), ("dwelll", "dwell"), ("dewll", "dwell"), ("Dwell", "dwell"), ("time_constant", "timeConstant"),
      ("time-constant", "timeConstant"), ("timeConst", "timeConstant"), ("treshold", "threshold"), ("onste", "onset"),
    ])
  func slipsAreSeen(word: String, meant: String) {
    #expect(nearestName(to: word, among: Self.names) == meant)
  }

  @Test(arguments: ["", "volume", "on", "x", "gain", "thresholdOfTheSpeechGate"])
  func otherWordsAreNot(word: String) {
    #expect(nearestName(to: word, among: Self.names) == nil)
    #expect(suggestion(for: word, among: Self.names) == "")
  }

  @Test func ofEquallyNearOnesTheFirst() {
    #expect(nearestName(to: "cat", among: ["bat", "rat"]) == "bat")
    #expect(nearestName(to: "cat", among: []) == nil)
  }

  @Test func saysWhatWasMeant() {
    #expect(suggestion(for: "dwel", among: Self.names) == "; did you mean 'dwell'?")
  }
}
