import Training

/// Annotations in a recording's name, as columns of a table.
struct RecordingFacts: Sendable {
  /// Names of the columns.
  static let columns = ["label", "speaker", "gender", "intensity", "statement", "repetition"]

  /// One field per column; empty where the name has no annotation.
  let fields: [String]

  init(path: String) {
    guard let name = RAVDESS.Name(fileName: path) else {
      fields = Self.columns.map { _ in "" }
      return
    }
    fields = [
      RAVDESS.labels.emotions[name.emotion - 1], String(name.actor), RAVDESS.labels.genders[name.isMale ? 1 : 0],
      name.intensity == 1 ? "normal" : "strong", String(name.statement), String(name.repetition),
    ]
  }

  var label: String { fields[0] }
}
