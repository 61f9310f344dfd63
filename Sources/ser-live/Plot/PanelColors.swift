/// Shared colours of all panels.
enum PanelColors {
  static let wave = Color(0x3A5FA8)
  /// On a dark background, and for text on white.
  static let pitch = Color(0x4FD8FF)
  static let pitchText = Color(0x00749E)
  static let centroid = Color(0xFFFFFF)
  static let rolloff = Color(0x7CFC98)
  static let voicing = Color(0x777777)
  /// From the lightest to the darkest, where there are no colours.
  static let characters = Array(" .:-=+*#%@")
}
