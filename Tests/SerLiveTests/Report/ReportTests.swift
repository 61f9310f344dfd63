import Foundation
import Streaming
import Support
import Testing

@testable import Training
@testable import ser_live

@Suite("Reports")
struct ReportTests {
  static let corpus: Corpus = {
    var corpus = Corpus(
      name: "c", licence: "", labels: LabelSet(emotions: ["calm", "sad"], genders: ["female", "male"]), clips: [],
      skipped: [])
    corpus.statements = ["one", "two, \"three\""]
    return corpus
  }()

  static func prediction(_ path: String, _ probabilities: [Float]) -> Prediction {
    var prediction = Prediction(Clip(path: path, speaker: "a", emotion: 1, gender: 0, intensity: 1, statement: 1))
    prediction.emotions = ["ensemble": probabilities]
    return prediction
  }

  @Test("A table of predictions quotes what needs it, and leaves empty what is not known")
  func predictions() {
    var strange = Self.prediction("b.wav", [0, 0])
    strange.gender = nil
    strange.intensity = nil
    strange.statement = nil
    #expect(
      PredictionTable.csv([Self.prediction("a,1.wav", [0.25, 0.75]), strange], Self.corpus) == """
        path,speaker,gender,intensity,statement,emotion,heard,ensemble_calm,ensemble_sad
        "a,1.wav",a,female,strong,"two, ""three""\",sad,sad,0.250000,0.750000
        b.wav,a,,,,sad,,0.000000,0.000000

        """)
    var told = Self.prediction("a.wav", [0.25, 0.75])
    told.genders = [0.5, 0.5]
    let lines = PredictionTable.csv([told, strange], Self.corpus).split(separator: "\n")
    #expect(lines[0].hasSuffix(",gender_female,gender_male"))
    #expect(lines[1].hasSuffix(",0.500000,0.500000") && lines[2].hasSuffix(",0.000000,,"))
  }

  @Test("A command can be given to a shell again")
  func command() {
    #expect(CommandLineText.text(["ser-live", "--data", "/a/b_c.d"]) == "ser-live --data /a/b_c.d")
    #expect(CommandLineText.text(["a b", "it's", "", "$x"]) == #"'a b' 'it'\''s' '' '$x'"#)
  }

  @Test("A cell of a table cannot end it")
  func table() {
    #expect(
      Markdown.table(["a", "b"], [["x|y", "1"]]) == ["| a | b |", "|---|---:|", "| x\\|y | 1 |"])
  }

  @Test("Figures show their spread where they have one, and a dash where they cannot be")
  func figures() {
    var posteriors = Posteriors(classes: 2)
    posteriors.add(label: 0, probabilities: [0.75, 0.25])
    posteriors.add(label: 0, probabilities: [0.25, 0.75])
    let scores = Scores(posteriors, names: ["a", "b"])
    #expect(
      ScoreText.cells(scores) == ["50.0 %", "50.0 %", "66.7 %", "66.7 %", "–", "0.837", "0.250"])
    #expect(ScoreText.interval(Interval(low: 0.125, high: 0.5)) == "12.5–50.0 %")
  }

  @Test("Training curves are read by network, in the order of epochs")
  func curves() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "report-tests-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "m.jsonl").path
    let lines = [
      #"{"network":"b","epoch":2,"loss":1,"training_accuracy":0.5,"seconds":1}"#,
      #"{"network":"a","epoch":1,"loss":3,"training_accuracy":0.25,"validation_uar":0.5,"validation_loss":1.5}"#,
      #"{"network":"b","epoch":1,"loss":2,"training_accuracy":0.25}"#,
    ]
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
    let curves = try TrainingCurves(path: path)
    #expect(curves.networks.map(\.name) == ["b", "a"])
    #expect(curves.networks[0].epochs.map(\.loss) == [2, 1])
    #expect(curves.networks[1].epochs[0].validationUAR == 0.5 && curves.networks[0].epochs[0].validationUAR == nil)
    try Data((lines[0] + "\n{}\n").utf8).write(to: URL(filePath: path))
    let bad = #expect(throws: OperationError.self) { try TrainingCurves(path: path) }
    #expect(bad?.kind == .badData && bad?.description.hasPrefix("\(path) line 2 is no epoch") == true)
    try Data().write(to: URL(filePath: path))
    #expect(throws: OperationError.self) { try TrainingCurves(path: path) }
  }
}
