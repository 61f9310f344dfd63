import Foundation

/// A few recordings under names of RAVDESS: the two that come with the program, faster and slower.
enum TinyCorpus {
  /// Writes an angry and a sad recording in two statements by each actor; no two sound the same.
  static func write(actors: [Int], to folder: URL) throws {
    let recordings = try [4: Recording(path: Program.sad), 5: Recording(path: Program.angry)]
    for (place, actor) in actors.enumerated() {
      for (emotion, recording) in recordings {
        for statement in 1...2 {
          let speed = 0.85 + 0.03 * Double(2 * place + statement)
          let changed = Recording(samples: recording.samples, rate: Int(Double(recording.rate) * speed))
          changed.writeWAV(folder.appending(path: name(actor: actor, emotion: emotion, statement: statement)))
        }
      }
    }
  }

  static func name(actor: Int, emotion: Int, statement: Int) -> String {
    "03-01-0\(emotion)-01-0\(statement)-01-\(actor < 10 ? "0" : "")\(actor).wav"
  }

  /// Writes a table of the recordings in a folder, under which they are no longer RAVDESS.
  static func writeManifest(in folder: URL) throws -> URL {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    let rows = names.map { name in
      let parts = name.dropLast(4).split(separator: "-").map { Int($0)! }
      let emotion = [3: "happy", 4: "sad", 5: "angry"][parts[2]]!
      let gender = parts[6] % 2 == 0 ? "female" : "male"
      return "\(name),\(emotion),\(parts[6]),\(gender),normal,\(parts[4])"
    }
    let manifest = folder.appending(path: "manifest.csv")
    let header = "path,label,speaker,gender,intensity,statement"
    try Data(([header] + rows).map { $0 + "\n" }.joined().utf8).write(to: manifest)
    return manifest
  }

  /// An experiment that takes no time and learns little.
  static func configuration(epochs: Int = 2) -> String {
    """
    recognizer:
      frontEnd: {melBands: 40, cepstralCoefficients: 13, features: [mfcc, level]}
      networks:
        - name: small
          target: emotion
          adaptive: true
          layers: [{layer: attention_pooling}, {layer: batch_norm}, {layer: dense}]
        - name: gender
          target: gender
          adaptive: false
          layers: [{layer: attention_pooling}, {layer: dense}]
    training:
      epochs: \(epochs)
      batchSize: 4
      augmentation: {speeds: [], tempos: [], pitches: []}

    """
  }
}

/// The file's JSON object.
func json(_ url: URL) throws -> [String: Any] {
  try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any] ?? [:]
}
