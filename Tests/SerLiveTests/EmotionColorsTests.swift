import Streaming
import Testing

@testable import ser_live

@Suite("Colours of emotions")
struct EmotionColorsTests {
  @Test("The eight emotions, silence and doubt all look different")
  func distinct() {
    let verdicts = [.silence, .uncertain] + labels.emotions.indices.map { Label.emotion($0) }
    #expect(Set(verdicts.map { EmotionColors.color(of: $0, in: labels).hex }).count == 10)
  }

  @Test("A colour belongs to a name, wherever it stands; other names have colours, too")
  func names() {
    let others = LabelSet(emotions: ["angry", "bored", "neutral"], genders: [])
    #expect(EmotionColors.color(of: 0, in: others) == EmotionColors.color(of: 4, in: labels))
    #expect(EmotionColors.color(of: 2, in: others) == EmotionColors.color(of: 0, in: labels))
    #expect(EmotionColors.color(of: 1, in: others) != EmotionColors.color(of: 0, in: others))
  }

  @Test("Text on a colour is white where that is dark")
  func contrast() {
    #expect(Color(0x0072B2).isDark && Color(0).isDark)
    #expect(!Color(0xF0E442).isDark && !Color(0xFFFFFF).isDark)
    #expect(Color(0x00A00F).hex == "#00a00f")
  }
}
