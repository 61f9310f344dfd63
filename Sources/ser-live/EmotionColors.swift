import Streaming

/// One colour for each emotion, in all outputs: the palette of Okabe and Ito (2008) for readers with colour blindness,
/// with grey for neutral in place of black.
enum EmotionColors {
  /// No speech.
  static let silence = Color(0xF4F4F4)
  /// Speech without a probable emotion.
  static let uncertain = Color(0xD4D4D4)

  private static let emotions: KeyValuePairs<String, Color> = [
    "neutral": Color(0x999999), "calm": Color(0x56B4E9), "happy": Color(0xF0E442), "sad": Color(0x0072B2),
    "angry": Color(0xD55E00), "fearful": Color(0xCC79A7), "disgust": Color(0x009E73), "surprised": Color(0xE69F00),
  ]

  /// The colour of the emotion with this index in a model; other names than the eight get colours in turn.
  static func color(of emotion: Int, in labels: LabelSet) -> Color {
    emotions.first { $0.key == labels.emotions[emotion] }?.value ?? emotions[emotion % emotions.count].value
  }

  static func color(of label: Label, in labels: LabelSet) -> Color {
    switch label {
    case .silence: silence
    case .uncertain: uncertain
    case .emotion(let index): color(of: index, in: labels)
    }
  }
}
