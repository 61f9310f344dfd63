/// Maps the emotion names of corpora to those of this program.
enum EmotionNames {
  /// Synonyms for RAVDESS's emotions in published corpora (EMO-DB's translations, CREMA-D, TESS, SAVEE, nEMO …).
  private static let aliases = [
    "neutral": ["neutrality", "neu"], "calm": ["calmness"], "happy": ["happiness", "joy", "joyful", "hap"],
    "sad": ["sadness"], "angry": ["anger", "ang"], "fearful": ["fear", "fea", "afraid", "scared"],
    "disgust": ["disgusted", "dis"],
    "surprised": ["surprise", "sur", "pleasant surprise", "pleasant_surprise", "pleasantly surprised"],
  ]

  private static let canonical = aliases.reduce(into: [String: String]()) { names, entry in
    for alias in entry.value { names[alias] = entry.key }
  }

  /// The name of an emotion in this program: lower case, and RAVDESS's name if there is one.
  static func name(_ label: String) -> String {
    let lowered = label.lowercased()
    return canonical[lowered] ?? lowered
  }

  /// Each name once: those of RAVDESS in its order, then the others alphabetically.
  static func ordered(_ names: [String]) -> [String] {
    let names = Set(names)
    let known = RAVDESS.labels.emotions
    return known.filter(names.contains) + names.subtracting(known).sorted()
  }
}
