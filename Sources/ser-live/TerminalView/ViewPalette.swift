import Streaming

/// The styles of the view's elements, with and without colours. Colour is never the only distinction.
struct ViewPalette {
  let labels: LabelSet
  let colors: Terminal.Colors

  private static let white = Color(0xFFFFFF)
  private static let black = Color(0x000000)
  /// Speech without a probable emotion; dark enough to stay behind the emotions.
  private static let uncertain = Color(0x6C6C6C)

  let plain = CellStyle()
  let strong = CellStyle(attributes: .bold)
  let faint = CellStyle(attributes: .faint)
  let inverse = CellStyle(attributes: [.inverse, .bold])

  /// Text in the colour of a label.
  func ink(_ label: Label) -> CellStyle {
    guard colors != .none else { return plain }
    switch label {
    case .silence: return faint
    case .uncertain: return CellStyle(foreground: Self.uncertain)
    case .emotion(let index): return CellStyle(foreground: EmotionColors.color(of: index, in: labels))
    }
  }

  /// An area in the colour of a label, and the text on it.
  func area(_ label: Label) -> CellStyle {
    switch label {
    case .silence: return faint
    case _ where colors == .none: return inverse
    case .uncertain: return Self.area(Self.uncertain)
    case .emotion(let index): return Self.area(EmotionColors.color(of: index, in: labels))
    }
  }

  /// An alarm or an error.
  var alarm: CellStyle { colors == .none ? inverse : Self.area(Color(0xD55E00)) }

  /// The level meter: normal, or close to full scale.
  func level(isHigh: Bool) -> CellStyle {
    colors == .none ? plain : CellStyle(foreground: isHigh ? Color(0xE69F00) : Color(0x009E73))
  }

  private static func area(_ color: Color) -> CellStyle {
    CellStyle(foreground: color.isDark ? white : black, background: color, attributes: .bold)
  }
}
