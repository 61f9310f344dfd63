import Foundation
import Testing

@Suite("ser-live evaluate", .timeLimit(.minutes(2)))
struct EvaluateTests {
  /// A corpus of three speakers, none of whom a model was trained on, one of them silent once.
  func withCorpus<R>(_ body: (_ corpus: URL, _ report: URL) throws -> R) throws -> R {
    try withTemporaryFolder { folder in
      let corpus = folder.appending(path: "corpus")
      try FileManager.default.createDirectory(at: corpus, withIntermediateDirectories: false)
      try TinyCorpus.write(actors: [2, 5, 14], to: corpus)
      Recording(samples: Array(repeating: 0, count: 16_000), rate: 16_000)
        .writeWAV(corpus.appending(path: TinyCorpus.name(actor: 2, emotion: 3, statement: 1)))
      return try body(try TinyCorpus.writeManifest(in: corpus), folder.appending(path: "report"))
    }
  }

  /// A PATH that leads nowhere.
  private static let withoutGnuplot = FileManager.default.temporaryDirectory.path

  /// Whether a number of a report is the expected one; Foundation reads the last digit of some otherwise than it was
  /// written.
  func isClose(_ value: Any?, _ expected: Double?) -> Bool {
    guard let value = value as? Double, let expected else { return value == nil && expected == nil }
    return abs(value - expected) <= 1e-12
  }

  /// Width and height of a PNG.
  func size(_ url: URL) throws -> (Int, Int) {
    let bytes = [UInt8](try Data(contentsOf: url))
    try #require(bytes.count > 24 && bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    func number(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    return (number(16), number(20))
  }

  @Test("A report holds figures, groups, predictions and pictures that agree with each other")
  func report() throws {
    try withCorpus { corpus, report in
      let metrics = report.deletingLastPathComponent().appending(path: "my.metrics.jsonl")
      let epochs = (1...3).flatMap { epoch in
        ["lstm", "cnn"].map { network in
          """
          {"epoch":\(epoch),"learning_rate":0.01,"loss":\(2.0 / Double(epoch)),"network":"\(network)","seconds":1,\
          "training_accuracy":0.5,"validation_uar":0.4,"validation_loss":1.5}
          """
        }
      }
      try Data((epochs.joined(separator: "\n") + "\n").utf8).write(to: metrics)
      let outcome = try Program.run(
        "evaluate", "--data", corpus.path, "--output", report.path, "--metrics", metrics.path)
      #expect(outcome.ending == .exited(0), "\(outcome.errors)")
      #expect(outcome.output.hasPrefix("13 clips of the speakers 2, 5, 14"))
      #expect(outcome.errors.contains("wrote \(report.path)/report.md"))
      #expect(!outcome.errors.contains("gnuplot reported"))

      let figures = try json(report.appending(path: "report.json"))
      let networks = try #require(figures["networks"] as? [String: [String: Any]])
      #expect(Set(networks.keys) == ["lstm", "cnn", "tdnn", "mlp", "functionals", "ensemble"])
      let ensemble = try #require(networks["ensemble"])
      #expect(ensemble["clips"] as? Int == 13 && ensemble["unheard"] as? Int == 1)
      #expect(figures["speakers"] as? [String] == ["2", "5", "14"])
      #expect(figures["priors"] as? [String: Double] == ["neutral": 1.5])
      #expect((figures["command"] as? String)?.contains("evaluate --data \(corpus.path)") == true)
      let audit = try #require(figures["audit"] as? [String: Any])
      func groups(_ key: String) -> [String: Int] {
        let groups = audit[key] as? [[String: Any]] ?? []
        return Dictionary(uniqueKeysWithValues: groups.map { ($0["name"] as! String, $0["clips"] as! Int) })
      }
      #expect(groups("byGender") == ["female": 9, "male": 4])
      #expect(groups("bySpeaker") == ["2": 5, "5": 4, "14": 4])
      #expect(groups("byIntensity") == ["normal": 13])
      #expect(groups("byStatement").values.sorted() == [6, 7])

      // The table of predictions has the same matrix.
      let table = try String(contentsOf: report.appending(path: "predictions.csv"), encoding: .utf8)
        .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
      #expect(table.count == 14 && table.allSatisfy { $0.count == 7 + 6 * 8 + 2 })
      #expect(Array(table[0][..<7]) == ["path", "speaker", "gender", "intensity", "statement", "emotion", "heard"])
      let labels = (ensemble["labels"] as! [[String: Any]]).map { $0["name"] as! String } + [""]
      var confusion = Array(repeating: Array(repeating: 0, count: 9), count: 8)
      for row in table.dropFirst() {
        confusion[labels.firstIndex(of: row[5])!][labels.firstIndex(of: row[6])!] += 1
      }
      #expect(ensemble["confusion"] as? [[Int]] == confusion)
      let first = table[0].firstIndex(of: "ensemble_neutral")!
      for row in table.dropFirst() {
        let probabilities = row[first..<first + 8].map { Double($0)! }
        // Eight numbers rounded to six decimals; all 0 where nothing was heard.
        #expect(abs(probabilities.reduce(0, +) - (row[6].isEmpty ? 0 : 1)) < 5e-6)
      }

      // And the same thresholds: from the confidences that it holds.
      let thresholds = try #require((figures["coverage"] as? [String: Any])?["thresholds"] as? [[String: Any]])
      #expect(thresholds.count == 20)
      for point in thresholds {
        let threshold = try #require(point["threshold"] as? Double)
        let given = table.dropFirst().filter { row in
          // The one clip without a sound has an eighth for each label.
          (row[6].isEmpty ? 0.125 : row[first..<first + 8].map { Double($0)! }.max()!) >= threshold
        }
        #expect(isClose(point["coverage"], Double(given.count) / 13))
        let right = given.count { $0[5] == $0[6] }
        #expect(isClose(point["accuracy"], given.isEmpty ? nil : Double(right) / Double(given.count)))
      }

      let page = try String(contentsOf: report.appending(path: "report.md"), encoding: .utf8)
      for picture in ["confusion.png", "roc.png", "calibration.png", "coverage.png", "training.png"] {
        #expect(page.contains("](\(picture))"))
        let (width, height) = try size(report.appending(path: picture))
        #expect(500...1500 ~= width && 250...1000 ~= height, "\(picture)")
      }
      #expect(page.contains("No speech was detected in 1 of them"))
      #expect(page.contains("| female | 9 | 2 |"))
    }
  }

  @Test("A session goes on from clip to clip in an order that the seed draws")
  func session() throws {
    try withCorpus { corpus, report in
      /// What was heard in each clip, by its path, and the page.
      func heard(_ arguments: String...) throws -> (clips: [String: String], page: String) {
        let process = try Program.start(
          ["evaluate", "--data", corpus.path, "--output", report.path] + arguments,
          environment: ["PATH": Self.withoutGnuplot])
        #expect(process.end(within: .seconds(30)) == .exited(0), "\(process.errors.text)")
        let lines = try String(contentsOf: report.appending(path: "predictions.csv"), encoding: .utf8)
          .split(separator: "\n").dropFirst().map { $0.split(separator: ",", maxSplits: 1).map(String.init) }
        return (
          Dictionary(uniqueKeysWithValues: lines.map { ($0[0], $0[1]) }),
          try String(contentsOf: report.appending(path: "report.md"), encoding: .utf8)
        )
      }
      let cold = try heard()
      let session = try heard("--session")
      #expect(try heard("--session", "--seed", "46").clips == session.clips)
      #expect(cold.page.contains("each clip is a new session"))
      #expect(session.page.contains("the clips of each speaker are one session, in an order drawn by the seed 46"))
      // The first clip with a sound of each speaker is heard as it is alone, and the one without a sound not at all.
      let same = session.clips.filter { cold.clips[$0.key] == $0.value }
      #expect(session.clips.count == 13 && same.count == 4, "\(same.keys)")
      let other = try heard("--session", "--seed", "1")
      #expect(other.clips != session.clips)
      #expect(try json(report.appending(path: "report.json"))["sessionSeed"] as? Int == 1)
      // Fewer clips are heard after others, so more are heard as they are alone.
      let mood = try heard("--mood")
      #expect(mood.page.contains("the clips of each speaker and emotion are one session"))
      #expect(mood.clips.count { cold.clips[$0.key] == $0.value } > same.count)
      #expect(try json(report.appending(path: "report.json"))["sessions"] as? String == "mood")
    }
  }

  @Test("Robustness is reported for each condition, with recorded noise where there is some", .timeLimit(.minutes(3)))
  func robustness() throws {
    try withCorpus { corpus, report in
      let process = try Program.start(
        [
          "evaluate", "--data", corpus.path, "--output", report.path, "--robustness", "--noise-recordings", Program.sad,
        ], environment: ["PATH": Self.withoutGnuplot])
      #expect(process.end(within: .seconds(120)) == .exited(0), "\(process.errors.text)")
      let figures = try #require(try json(report.appending(path: "report.json"))["robustness"] as? [String: Any])
      let conditions = try #require(figures["conditions"] as? [[String: Any]])
      let names = conditions.compactMap { $0["name"] as? String }
      let left = (figures["leftOut"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
      #expect(names.count + left.count == 34 && Set(names + left).count == 34)
      #expect(names.contains("recorded noise, 5 dB") && left.allSatisfy { $0.contains("kbit/s") })
      let clean = try #require(figures["unweightedAverageRecall"] as? Double)
      let page = try String(contentsOf: report.appending(path: "report.md"), encoding: .utf8)
      for condition in conditions {
        let recall = try #require(condition["unweightedAverageRecall"] as? Double)
        let loss = try #require(condition["loss"] as? Double)
        #expect(abs(100 * (clean - recall) - loss) < 1e-9)
        let name = try #require(condition["name"] as? String)
        #expect(page.contains("\n| \(name) | ") && process.lines.text.contains("\n\(name)  "))
      }
      // The silent clip stays silent.
      #expect(conditions.allSatisfy { ($0["unheard"] as? Int ?? 0) >= 1 })
    }
  }

  @Test("Long recordings are reported, with the smoother that was asked for", .timeLimit(.minutes(3)))
  func stream() throws {
    try withCorpus { corpus, report in
      func figures(_ arguments: String...) throws -> [String: Any] {
        let process = try Program.start(
          ["evaluate", "--data", corpus.path, "--output", report.path, "--stream"] + arguments,
          environment: ["PATH": Self.withoutGnuplot])
        #expect(process.end(within: .seconds(60)) == .exited(0), "\(process.errors.text)")
        #expect(process.lines.text.contains("\nlong recordings: 13 clips"))
        return try #require(try json(report.appending(path: "report.json"))["stream"] as? [String: Any])
      }
      let usual = try figures()
      #expect(usual["clips"] as? Int == 13)
      let settled = try #require(usual["settled"] as? [String: Any])
      #expect((settled["none"] as? Int ?? 0) >= 1)
      // The same clips alone as without long recordings.
      let all = try json(report.appending(path: "report.json"))
      let ensemble = try #require((all["networks"] as? [String: [String: Any]])?["ensemble"])
      let alone = try #require(usual["alone"] as? [String: Any])
      #expect(isClose(alone["accuracy"], ensemble["accuracy"] as? Double))
      #expect(isClose(alone["unweightedAverageRecall"], ensemble["unweightedAverageRecall"] as? Double))
      // The table agrees with the figures.
      let table = try String(contentsOf: report.appending(path: "stream.csv"), encoding: .utf8)
        .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
      #expect(table.count == 14 && table.allSatisfy { $0.count == 12 })
      let columns = Dictionary(uniqueKeysWithValues: table[0].enumerated().map { ($1, $0) })
      let right = table.dropFirst().count { $0[columns["settled"]!] == $0[columns["emotion"]!] }
      #expect(isClose(settled["accuracy"], Double(right) / 13))
      let changes = table.dropFirst().reduce(0) { $0 + Int($1[columns["changes"]!])! }
      #expect(isClose(usual["changes"], Double(changes) / 13))
      #expect(table.dropFirst().count { $0[columns["onset"]!].isEmpty } == 1)
      let page = try String(contentsOf: report.appending(path: "report.md"), encoding: .utf8)
      #expect(page.contains("## Long recordings") && page.contains("| stable label, settled |"))

      let unsure = try figures("--smoothing", "threshold=1,onset=0.3,dwell=0.5")
      let smoother = try #require(unsure["smoother"] as? [String: Any])
      #expect(smoother["threshold"] as? Double == 1 && smoother["onset"] as? Double == 0.3)
      #expect(smoother["dwell"] as? Double == 0.5 && smoother["timeConstant"] as? Double == 0.1)
      #expect((unsure["settled"] as? [String: Any])?["none"] as? Int == 13 && unsure["delay"] == nil)

      let noisy = try figures("--noise", "white", "--snr", "5", "--seed", "3")
      let settings = try #require(noisy["settings"] as? [String: Any])
      #expect(settings["noise"] as? String == "white" && settings["snr"] as? Double == 5)
      #expect(settings["seed"] as? Int == 3)
    }
  }

  @Test("Without gnuplot there is a report without pictures, and a sentence says why")
  func withoutPictures() throws {
    try withCorpus { corpus, report in
      let process = try Program.start(
        ["evaluate", "--data", corpus.path, "--output", report.path], environment: ["PATH": Self.withoutGnuplot])
      #expect(process.end(within: .seconds(30)) == .exited(0))
      #expect(process.errors.text.contains("the report has no pictures: pictures need gnuplot"))
      let files = try FileManager.default.contentsOfDirectory(atPath: report.path).sorted()
      #expect(files == ["predictions.csv", "report.json", "report.md"])
      #expect(!(try String(contentsOf: report.appending(path: "report.md"), encoding: .utf8)).contains("!["))
    }
  }

  @Test("What cannot be reported is said in one sentence")
  func errors() throws {
    try withCorpus { corpus, report in
      func sentence(_ code: Int32, _ arguments: String...) throws -> String {
        let process = try Program.start(["evaluate", "--data", corpus.path] + arguments)
        #expect(process.end(within: .seconds(30)) == .exited(code), "\(process.errors.text)")
        return process.errors.all.last { $0.hasPrefix("ser-live: ") || $0.hasPrefix("Error: ") } ?? ""
      }
      #expect(try sentence(64, "--metrics", "x.jsonl").contains("add --output"))
      #expect(try sentence(64, "--noise", "pink").contains("add --stream"))
      #expect(try sentence(64, "--stream", "--snr", "5").contains("--noise"))
      #expect(try sentence(64, "--stream", "--noise", "pink", "--snr", "99").contains("between -40 and 80"))
      #expect(try sentence(64, "--smoothing", "calm").contains("add --stream"))
      #expect(try sentence(64, "--stream", "--smoothing", "threshold=2").contains("smoother.threshold"))
      #expect(try sentence(66, "--stream", "--noise", "/no/such.wav").contains("/no/such.wav"))
      #expect(try sentence(64, "--noise-recordings", "x.wav").contains("add --robustness"))
      #expect(try sentence(66, "--robustness", "--noise-recordings", "/no/such").contains("/no/such"))
      #expect(try sentence(66, "--metrics", "/no/such.jsonl", "--output", report.path).contains("/no/such.jsonl"))
      let metrics = report.deletingLastPathComponent().appending(path: "bad.jsonl")
      try Data("{\"epoch\":1}\n".utf8).write(to: metrics)
      #expect(try sentence(65, "--metrics", metrics.path, "--output", report.path).contains("bad.jsonl line 1"))
      #expect(try sentence(74, "--output", metrics.path).contains("bad.jsonl is not a folder"))
      #expect(try sentence(74, "--output", "/no/such/folder").contains("cannot make the folder /no/such/folder"))
    }
  }
}
