import Foundation
import Models
import Support
import Testing

@testable import Streaming
@testable import Training

@Suite("Comma-separated values")
struct CSVTests {
  func rows(_ text: String) throws -> [[String]] { try CSV(Array(text.utf8), name: "t.csv").records.map(\.fields) }

  @Test(
    "Fields are read as RFC 4180 has them",
    arguments: [
      ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
      ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
      ("a,b\rc,d\r", [["a", "b"], ["c", "d"]]),
      ("\u{FEFF}a,b", [["a", "b"]]),
      ("\"a\",\"b\"\n", [["a", "b"]]),
      ("\"a,1\",\"b\"\"2\"\"\",\"c\nd\"\n", [["a,1", "b\"2\"", "c\nd"]]),
      ("\"\",,\"\"", [["", "", ""]]),
      ("a,\n,b\n", [["a", ""], ["", "b"]]),
      (",", [["", ""]]),
      ("\n\na\n\n", [["a"]]),
      (" a , b ", [[" a ", " b "]]),
      ("ąę,ü\n", [["ąę", "ü"]]),
      ("", []),
    ])
  func fields(_ text: String, _ expected: [[String]]) throws {
    #expect(try rows(text) == expected)
  }

  @Test("Records know their lines, also behind quoted line ends")
  func lines() throws {
    let table = try CSV(Array("a\n\"b\r\nb\"\n\nc\r\n\"d\rd\"\re".utf8), name: "t.csv")
    #expect(table.records.map(\.line) == [1, 2, 5, 6, 8])
  }

  @Test(
    "Bad quoting is one sentence with the line",
    arguments: [
      (Array("a\nb\"c\n".utf8), 2, "not quoted"), (Array("a\n\"b\"c\n".utf8), 2, "closing quote"),
      (Array("a\nb\n\"c\nd\n".utf8), 3, "never closed"), (Array("\"".utf8), 1, "never closed"),
    ])
  func bad(_ bytes: [UInt8], _ line: Int, _ words: String) {
    let error = #expect(throws: OperationError.self) { try CSV(bytes, name: "t.csv") }
    #expect(error?.kind == .badData)
    #expect(error?.description.hasPrefix("t.csv line \(line): ") == true)
    #expect(error?.description.contains(words) == true)
  }
}

@Suite("Manifests and joined corpora")
struct ManifestTests {
  /// A folder with a manifest `manifest.csv` and empty recordings a.wav … e.wav, one of them below a folder.
  func with<Result>(_ text: String, name: String = "manifest.csv", _ body: (String) throws -> Result) throws -> Result {
    try TemporaryFolder.with { folder in
      let corpus = "\(folder)/voices"
      try FileManager.default.createDirectory(atPath: "\(corpus)/deep", withIntermediateDirectories: true)
      for file in ["a.wav", "b.wav", "c.wav", "d, or e.wav", "deep/e.wav"] {
        try Data().write(to: URL(filePath: "\(corpus)/\(file)"))
      }
      try Data(text.utf8).write(to: URL(filePath: "\(corpus)/\(name)"))
      return try body("\(corpus)/\(name)")
    }
  }

  @Test("Labels in other words, quoted paths, unknown genders, and columns in any order are read")
  func reads() throws {
    let text = """
      emotion,age,Path,speaker_id,sex,sentence,intensity
      anger,27,a.wav,B,F,two,normal
      Fear,27,"d, or e.wav",A,m,10,strong
      bored,27,deep/e.wav,A,,,
      surprise,27,b.wav,A,other,two,
      """
    try with(text) { path in
      let corpus = try Manifest.read(path)
      let folder = path.dropLast("/manifest.csv".count)
      #expect(corpus.name == "voices")
      #expect(corpus.labels.emotions == ["angry", "fearful", "surprised", "bored"])
      #expect(corpus.statements == ["10", "two"])
      #expect(
        corpus.clips == [
          Clip(
            path: "\(folder)/a.wav", speaker: "B", emotion: 0, gender: 0, intensity: 0, statement: 1,
            pathInCorpus: "a.wav"),
          Clip(
            path: "\(folder)/d, or e.wav", speaker: "A", emotion: 1, gender: 1, intensity: 1, statement: 0,
            pathInCorpus: "d, or e.wav"),
          Clip(
            path: "\(folder)/deep/e.wav", speaker: "A", emotion: 3, gender: nil, intensity: nil, statement: nil,
            pathInCorpus: "deep/e.wav"),
          Clip(
            path: "\(folder)/b.wav", speaker: "A", emotion: 2, gender: nil, intensity: nil, statement: 1,
            pathInCorpus: "b.wav"),
        ])
      #expect(corpus.remarks == ["voices: the genders other count as not known"])
    }
    try with("path\tlabel\tspeaker\na.wav\thappy\t1\n", name: "mine.TSV") { path in
      let corpus = try Manifest.read(path)
      #expect(corpus.name == "mine")
      #expect(corpus.clips.count == 1)
    }
  }

  @Test(
    "What is wrong with a manifest is one sentence",
    arguments: [
      ("", ErrorClass.badData, ["is empty"]),
      ("path,label,speaker\n", .badData, ["names no recordings"]),
      ("path,label\na.wav,happy\n", .badData, ["no column 'speaker'", "names path, label"]),
      ("a.wav,happy,1\n", .badData, ["no column 'path'"]),
      ("path,label,label,speaker\na.wav,happy,sad,1\n", .badData, ["two columns 'label'"]),
      ("path,Age,label,speaker, age\na.wav,1,happy,1,2\n", .badData, ["two columns 'age'"]),
      ("path,label,speaker\na.wav,happy\n", .badData, ["line 2 has 2 fields, the header has 3"]),
      ("path,label,speaker\na.wav,,1\n", .badData, ["line 2 has no label"]),
      ("path,label,speaker\na.wav,happy, \n", .badData, ["line 2 has no speaker"]),
      ("path,label,speaker\na.wav,happy,1\n\na.wav,sad,1\n", .badData, ["twice, in the lines 2 and 4"]),
      ("path,label,speaker\na.wav,happy,1\nz.wav,sad,1\ny.wav,sad,1\n", .noInput, ["2 of its 3", "line 3", "z.wav"]),
      ("path,label,speaker,intensity\na.wav,happy,1,huge\n", .badData, ["line 2", "'huge' is neither"]),
      ("path,label,speaker\n\"a.wav,happy,1\n", .badData, ["line 2: a quote is opened and never closed"]),
    ])
  func errors(_ text: String, _ kind: ErrorClass, _ words: [String]) throws {
    try with(text) { path in
      let error = #expect(throws: OperationError.self) { try Manifest.read(path) }
      #expect(error?.kind == kind)
      #expect(error?.description.hasPrefix(path) == true)
      for word in words { #expect(error?.description.contains(word) == true, "\(error?.description ?? "")") }
      #expect(error?.description.contains("\n") == false)
    }
    let missing = #expect(throws: OperationError.self) { try Manifest.read("/no/such.csv") }
    #expect(missing?.kind == .noInput)
  }

  static func corpus(_ name: String, _ emotions: [String], licence: String = "free") -> Corpus {
    let labels = LabelSet(emotions: EmotionNames.ordered(emotions), genders: RAVDESS.labels.genders)
    var corpus = Corpus(name: name, licence: licence, labels: labels, clips: [], skipped: [])
    corpus.statements = ["s", name]
    for (index, emotion) in emotions.enumerated() {
      corpus.clips.append(
        Clip(
          path: "\(name)/\(index)", speaker: String(index % 2), emotion: labels.emotions.firstIndex(of: emotion)!,
          gender: 1, statement: index % 2))
    }
    return corpus
  }

  @Test("Joined corpora unite their labels in RAVDESS's order and tell their speakers apart")
  func joining() throws {
    let first = Self.corpus("one", ["sad", "bored", "happy"])
    let second = Self.corpus("two", ["amused", "neutral", "sad"], licence: "paid")
    let joined = try Corpus.joined([first, second])
    #expect(joined.labels.emotions == ["neutral", "happy", "sad", "amused", "bored"])
    #expect(
      joined.clips.map { joined.labels.emotions[$0.emotion] } == ["sad", "bored", "happy", "amused", "neutral", "sad"])
    #expect(joined.speakers == ["one/0", "one/1", "two/0", "two/1"])
    #expect(joined.sources.map(\.name) == ["one", "two"])
    #expect(joined.name == "one + two" && joined.licence == "free, paid")
    #expect(joined.statements == ["s", "one", "two"])
    #expect(joined.clips.map(\.statement) == [0, 1, 0, 0, 2, 0])
    #expect(joined.emotionsOfSources == [[false, true, true, false, true], [true, false, true, true, false]])
    #expect(try Corpus.joined([first]).clips == first.clips)
    let twice = #expect(throws: OperationError.self) { try Corpus.joined([first, first]) }
    #expect(twice?.kind == .usage)
  }

  @Test("A corpus takes the labels of a model; emotions that it does not have are one error")
  func relabelling() throws {
    let corpus = Self.corpus("one", ["sad", "happy"])
    let relabelled = try corpus.relabelled(RAVDESS.labels)
    #expect(relabelled.clips.map(\.emotion) == [3, 2])
    #expect(relabelled.labels == RAVDESS.labels)
    let error = #expect(throws: OperationError.self) {
      try Self.corpus("two", ["bored", "amused", "sad"]).relabelled(RAVDESS.labels)
    }
    #expect(error?.kind == .badData)
    #expect(error?.description.contains("clips that are amused, bored, which is none of the labels neutral") == true)
  }

  @Test("A model of joined corpora finds its speakers again in one of them; a strange corpus is all held out")
  func provenance() throws {
    let corpus = Self.corpus("one", ["sad", "happy"])
    var provenance = Provenance()
    provenance.corpora = ["one", "two"]
    provenance.trainingSpeakers = ["one/0", "two/0"]
    provenance.heldOutSpeakers = ["one/1"]
    #expect(corpus.named(as: provenance).speakers == ["one/0", "one/1"])
    #expect(corpus.speakers(heldOutOf: provenance) == ["one/1"])
    provenance.corpora = ["RAVDESS speech"]
    provenance.trainingSpeakers = ["0"]
    provenance.heldOutSpeakers = ["7"]
    #expect(corpus.named(as: provenance).speakers == ["0", "1"])
    #expect(corpus.speakers(heldOutOf: provenance) == ["0", "1"])
  }

  @Test("Clips whose gender is not known teach networks for emotions, and none for genders")
  func unknownGender() throws {
    try TemporaryFolder.with { folder in
      var corpus = try SyntheticVoices.corpus(actors: [1, 2], in: folder)
      for index in corpus.clips.indices where index % 3 == 0 { corpus.clips[index].gender = nil }
      let dataset = try Dataset(corpus, configuration: .small, augmentation: nil)
      var random = RandomSource(seed: 46)
      func clips(_ network: Int) -> [Int] {
        BatchMaker(
          dataset, clips: Array(corpus.clips.indices), statistics: dataset.rows[0][0].statistics,
          network: dataset.configuration.networks[network], training: TrainingConfiguration()
        ).order(batchSize: 8, using: &random).flatMap(\.self).sorted()
      }
      #expect(clips(0) == Array(corpus.clips.indices))
      #expect(clips(2) == corpus.clips.indices.filter { $0 % 3 != 0 })
      let recognizer = try LiveParityTests.recognizer(statistics: dataset.rows[0][0].statistics)
      let evaluation = recognizer.evaluate(dataset, Array(corpus.clips.indices))["ensemble"]!
      #expect(evaluation.emotion.counts.reduce(0, +) == 24)
      #expect(evaluation.gender.counts.reduce(0, +) == 16)
    }
  }
}
