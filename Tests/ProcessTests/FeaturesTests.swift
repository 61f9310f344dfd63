import CSndfile
import Foundation
import Streaming
import TestSupport
import Testing

@Suite("ser-live features", .timeLimit(.minutes(2)))
struct FeaturesTests {
  /// The built-in model's.
  private static let frontEnd = Recognizer.builtIn.configuration.frontEnd
  private static let columns = FeatureLayout(frontEnd).columnNames

  /// The rows of a recording by the stages that listen live.
  private static func rows(
    _ path: String, _ configuration: FrontEndConfiguration = frontEnd
  ) throws -> [[Float]] {
    let recording = try Recording(path: path)
    var stream = try RowStream(frontEnd: configuration, inputRate: recording.rate)
    var rows: [[Float]] = []
    func keep(_ row: Span<Float>, _ voiceActivity: VoiceActivityFeatures) { rows.append(row.indices.map { row[$0] }) }
    for start in stride(from: 0, to: recording.samples.count, by: 997) {
      let end = min(start + 997, recording.samples.count)
      stream.push(recording.samples.span.extracting(start..<end), keep)
    }
    stream.finish(keep)
    return rows
  }

  /// The rows of its utterances, and which they are.
  private static func speech(_ path: String) throws -> SpeechRows {
    let recording = try Recording(path: path)
    var stream = try UtteranceStream(
      frontEnd: frontEnd, gate: SpeechGateConfiguration(), inputRate: recording.rate)
    var speech = SpeechRows()
    stream.push(recording.samples.span, to: &speech)
    stream.finish(to: &speech)
    return speech
  }

  private static func json(_ url: URL) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
  }

  @Test("An array holds the very rows that listening sees, and its columns stand beside it")
  func array() throws {
    try withTemporaryFolder { folder in
      let output = folder.appending(path: "angry.npy")
      let outcome = try Program.run("features", Program.angry, "--output", output.path)
      #expect(outcome.ending == .exited(0) && outcome.output == "")
      let array = try NumPyArray(output)
      let rows = try Self.rows(Program.angry)
      #expect(array.shape == [rows.count, Self.columns.count])
      #expect(array.values.map(\.bitPattern) == rows.flatMap { $0 }.map(\.bitPattern))
      let description = try Self.json(folder.appending(path: "angry.json"))
      #expect(description["columns"] as? [String] == Self.columns)
      #expect(description["frames"] as? Int == rows.count)
      #expect(description["recording"] as? String == Program.angry)
      let geometry = try #require(description["geometry"] as? [String: Any])
      #expect(geometry["sample_rate"] as? Int == 16000)
      #expect(geometry["window"] as? Int == 1280 && geometry["hop"] as? Int == 640)
      #expect(geometry["fft_size"] as? Int == 2048 && geometry["window_shape"] as? String == "hann")
      #expect(description["utterances"] == nil)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
    }
  }

  @Test("A table holds the same rows, to the bit, after their times")
  func table() throws {
    try withTemporaryFolder { folder in
      let output = folder.appending(path: "angry.csv")
      let outcome = try Program.run("features", Program.angry, "--output", output.path)
      #expect(outcome.ending == .exited(0))
      let table = try Table(output)
      #expect(table.header == ["time"] + Self.columns)
      let rows = try Self.rows(Program.angry)
      #expect(table.rows.map { $0.dropFirst().map { Float($0)?.bitPattern } } == rows.map { $0.map(\.bitPattern) })
      #expect(table.rows.map { Double($0[0]) } == rows.indices.map { Double($0 * 640) / 16000 })
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["angry.csv"])
    }
  }

  @Test("Features, window and hop are chosen on the command line or in a configuration")
  func choices() throws {
    try withTemporaryFolder { folder in
      let one = folder.appending(path: "one.npy")
      let outcome = try Program.run(
        "features", Program.sad, "--output", one.path, "--features", "level,mfcc,delta_mfcc,delta2_level", "--window",
        "25", "--hop", "10",
        "--fft", "512")
      #expect(outcome.ending == .exited(0))
      var configuration = FrontEndConfiguration()
      configuration.windowMilliseconds = 25
      configuration.hopMilliseconds = 10
      configuration.fftSize = 512
      configuration.features = [.level, .mfcc]
      configuration.deltas = [.mfcc]
      configuration.deltaDeltas = [.level]
      let array = try NumPyArray(one)
      let expected = try Self.rows(Program.sad, configuration).flatMap { $0 }
      #expect(array.values == expected)
      #expect(array.shape[1] == 82)

      let file = folder.appending(path: "short.yaml")
      try """
      recognizer:
        frontEnd: {windowMilliseconds: 25, hopMilliseconds: 10, fftSize: 512, features: [level, mfcc], deltas: [mfcc],
                   deltaDeltas: [level]}
      """.write(to: file, atomically: true, encoding: .utf8)
      let two = folder.appending(path: "two.npy")
      let configured = try Program.run("features", Program.sad, "--output", two.path, "--config", file.path)
      #expect(configured.ending == .exited(0), "\(configured.errors)")
      #expect(try NumPyArray(two) == array)

      let experiment = Program.root.appending(path: "configs/default.yaml").path
      let three = folder.appending(path: "three.npy")
      let whole = try Program.run("features", Program.sad, "--output", three.path, "--config", experiment)
      #expect(whole.ending == .exited(0), "\(whole.errors)")
      let rows = try Self.rows(Program.sad).flatMap { $0 }
      #expect(try NumPyArray(three).values == rows)
    }
  }

  @Test("--speech-only leaves the utterances' own rows, and tells when they begin", arguments: ["npy", "csv"])
  func speechOnly(format: String) throws {
    try withTemporaryFolder { folder in
      let output = folder.appending(path: "angry.\(format)")
      let outcome = try Program.run("features", Program.angry, "--output", output.path, "--speech-only")
      #expect(outcome.ending == .exited(0))
      let speech = try Self.speech(Program.angry)
      let utterance = try #require(speech.utterances.first)
      #expect(speech.utterances.count == 1 && utterance.lowerBound > 0)
      guard format == "npy" else {
        let table = try Table(output)
        #expect(table.rows.map { Double($0[0]) } == utterance.map { Double($0 * 640) / 16000 })
        #expect(table.rows.flatMap { $0.dropFirst().map { Float($0) } } == speech.values)
        return
      }
      #expect(try NumPyArray(output).values == speech.values)
      let description = try Self.json(folder.appending(path: "angry.json"))
      let utterances = try #require(description["utterances"] as? [[String: Any]])
      #expect(utterances.count == 1)
      #expect(utterances[0]["first_frame"] as? Int == 0 && utterances[0]["frames"] as? Int == utterance.count)
      #expect(utterances[0]["start"] as? Double == Double(utterance.lowerBound * 640) / 16000)
    }
  }

  /// Copies of a recording under names of the corpus, in folders, with others between.
  private func corpus(_ folder: URL) throws -> URL {
    let corpus = folder.appending(path: "corpus")
    for (name, source) in [
      ("Actor_01/03-01-05-01-02-01-01.flac", Program.angry), ("Actor_02/03-01-04-02-01-02-02.flac", Program.sad),
      ("Actor_02/talk, \"quoted\".flac", Program.sad), ("Actor_02/talk.flac", Program.sad),
    ] {
      let url = corpus.appending(path: name)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: source, toPath: url.path)
    }
    try Recording(path: Program.sad).writeWAV(corpus.appending(path: "Actor_02/talk.wav"))
    try Data("no recording".utf8).write(to: corpus.appending(path: "README.txt"))
    return corpus
  }

  @Test("A folder becomes a folder with an array each, and an index with what names tell", arguments: ["npy", "csv"])
  func folder(format: String) throws {
    try withTemporaryFolder { folder in
      let corpus = try corpus(folder)
      let output = folder.appending(path: "deep/arrays")
      let outcome = try Program.run(
        "features", corpus.path + "/", "--output", output.path, "--array-format", format, "--jobs", "2")
      #expect(outcome.ending == .exited(0), "\(outcome.errors)")
      let index = try Table(output.appending(path: "index.csv"))
      #expect(
        index.header == [
          "path", "frames", "array", "label", "speaker", "gender", "intensity", "statement", "repetition",
        ])
      let angry = try Self.rows(Program.angry)
      let sad = try Self.rows(Program.sad)
      // A recording, its array without an end, and what its name tells.
      let nothing = ["", "", "", "", "", ""]
      let first = "Actor_01/03-01-05-01-02-01-01"
      let second = "Actor_02/03-01-04-02-01-02-02"
      let expected = [
        ["\(first).flac", first, "angry", "1", "male", "normal", "2", "1"],
        ["\(second).flac", second, "sad", "2", "female", "strong", "1", "2"],
        ["Actor_02/talk, \"quoted\".flac", "Actor_02/talk, \"quoted\""] + nothing,
        ["Actor_02/talk.flac", "Actor_02/talk.flac"] + nothing,
        ["Actor_02/talk.wav", "Actor_02/talk.wav"] + nothing,
      ]
      #expect(
        index.rows
          == expected.map { entry in
            let frames = entry[0].contains("Actor_01") ? angry.count : sad.count
            return ["\(corpus.path)/\(entry[0])", String(frames), "\(entry[1]).\(format)"] + entry[2...]
          })
      for row in index.rows {
        let url = output.appending(path: row[2])
        let rows = row[0].contains("Actor_01") ? angry : sad
        if format == "npy" {
          #expect(try NumPyArray(url).values == rows.flatMap { $0 })
          #expect(FileManager.default.fileExists(atPath: url.deletingPathExtension().path + ".json"))
        } else {
          #expect(try Table(url).rows.map { $0.dropFirst().map { Float($0) } } == rows)
        }
      }
      // Whatever the number of cores.
      let again = folder.appending(path: "again")
      let alone = try Program.run(
        "features", corpus.path, "--output", again.path, "--array-format", format, "--jobs", "1")
      #expect(alone.ending == .exited(0))
      #expect(
        try Data(contentsOf: again.appending(path: "index.csv"))
          == Data(contentsOf: output.appending(path: "index.csv")))
    }
  }

  @Test("A bad recording among many is reported, and the rest is done")
  func bad() throws {
    try withTemporaryFolder { folder in
      let torn = folder.appending(path: "torn.wav")
      try Recording(path: Program.sad).writeWAV(torn)
      try Data(contentsOf: torn).dropLast(1000).write(to: torn)
      let output = folder.appending(path: "arrays")
      let missing = folder.appending(path: "missing.wav").path
      let outcome = try Program.run(
        "features", Program.angry, torn.path, missing, Program.sad, "--output", output.path)
      #expect(outcome.ending == .exited(65) && outcome.output == "")
      #expect(outcome.errors.contains("torn.wav is torn") && outcome.errors.contains("cannot open \(missing)"))
      #expect(outcome.errors.hasSuffix("ser-live: 2 of 4 recordings could not be used\n"))
      #expect(try Table(output.appending(path: "index.csv")).rows.map { $0[2] } == ["angry.npy", "sad.npy"])
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: output.path).sorted()
          == ["angry.json", "angry.npy", "index.csv", "sad.json", "sad.npy"])
    }
  }

  @Test("Statistics are a row a recording", arguments: ["npy", "csv"])
  func functionals(format: String) throws {
    try withTemporaryFolder { folder in
      let output = folder.appending(path: "statistics.\(format)")
      let outcome = try Program.run(
        "features", Program.angry, Program.sad, "--output", output.path, "--features", "level,pitch", "--functionals",
        "maximum,mean,p50")
      #expect(outcome.ending == .exited(0), "\(outcome.errors)")
      var configuration = FrontEndConfiguration()
      configuration.features = [.level, .pitch]
      let all = try [Program.angry, Program.sad].map { try Self.rows($0, configuration) }
      let names = ["level_maximum", "pitch_maximum", "level_mean", "pitch_mean", "level_p50", "pitch_p50"]
      let values: [[Float]]
      if format == "npy" {
        let array = try NumPyArray(output)
        #expect(array.shape == [2, 6])
        values = [Array(array.values[..<6]), Array(array.values[6...])]
        let description = try Self.json(folder.appending(path: "statistics.json"))
        #expect(description["columns"] as? [String] == names)
        #expect(description["recordings"] as? [String] == [Program.angry, Program.sad])
      } else {
        let table = try Table(output)
        #expect(Array(table.header.suffix(6)) == names && table.header.prefix(3) == ["path", "frames", "label"])
        #expect(table.rows.map { $0[0] } == [Program.angry, Program.sad])
        #expect(table.rows.map { Int($0[1]) } == all.map(\.count))
        values = table.rows.map { $0.suffix(6).compactMap { Float($0) } }
      }
      for (rows, values) in zip(all, values) {
        for column in 0..<2 {
          let series = rows.map { $0[column] }.sorted()
          #expect(values[column] == series.last)
          let mean = series.reduce(0) { $0 + Double($1) } / Double(series.count)
          // Single precision.
          #expect(abs(Double(values[2 + column]) - mean) <= 1e-6 * abs(mean))
          let middle = (series[(series.count - 1) / 2] + series[series.count / 2]) / 2
          #expect(abs(values[4 + column] - middle) <= 1e-6 * abs(middle))
        }
      }
    }
  }

  @Test("A length cuts or fills, and a peak or a loudness scales")
  func recordings() throws {
    try withTemporaryFolder { folder in
      func levels(_ arguments: String...) throws -> [Float] {
        let output = folder.appending(path: "level.npy")
        let process = try Program.start(
          ["features", Program.sad, "--output", output.path, "--features", "level"] + arguments)
        #expect(process.end(within: .seconds(20)) == .exited(0))
        return try NumPyArray(output).values
      }
      let plain = try levels()
      // Rows whose windows lie within 1 s, or 10 s. The resampler looks ahead, so the rows at the ends may differ.
      let trimmed = try levels("--pad-or-trim", "1")
      #expect(trimmed.count == 24 && plain.starts(with: trimmed.dropLast()))
      let padded = try levels("--pad-or-trim", "10")
      #expect(padded.count == 249 && padded.starts(with: plain.dropLast()))
      #expect(padded.suffix(50).allSatisfy { $0 == -120 })

      let samples = try Recording(path: Program.sad).samples
      let peak = samples.reduce(0) { max($0, abs($1)) }
      let gain = 20 * log10(pow(10, -0.05) / peak)
      let loudest = plain.indices.max { plain[$0] < plain[$1] }!
      // Levels are in dB, in single precision.
      #expect(abs(try levels("--normalize", "peak")[loudest] - plain[loudest] - gain) < 1e-3)
      let loud = try levels("--normalize", "loudness")
      // The sad recording is quieter than -23 LUFS.
      #expect(loud[loudest] > plain[loudest] + 1)
    }
  }

  @Test("Noise is reduced on demand, and rows stay in their places")
  func preprocessing() throws {
    try withTemporaryFolder { folder in
      func levels(_ arguments: String...) throws -> [Float] {
        let output = folder.appending(path: "level.npy")
        let process = try Program.start(
          ["features", Program.angry, "--output", output.path, "--features", "level"] + arguments)
        #expect(process.end(within: .seconds(20)) == .exited(0))
        return try NumPyArray(output).values
      }
      let plain = try levels()
      let clean = try levels("--denoise")
      let gained = try levels("--automatic-gain")
      #expect(clean.count == plain.count && gained.count == plain.count)
      let loudest = plain.indices.max { plain[$0] < plain[$1] }!
      #expect(clean.indices.max { clean[$0] < clean[$1] } == loudest)
      // Speech stays, and the silence before it falls.
      #expect(abs(clean[loudest] - plain[loudest]) < 1)
      #expect(clean[10] < plain[10] - 3)
      #expect(gained != plain && gained != clean)
      #expect(try levels("--no-denoise") == plain)
    }
  }

  @Test("A recording of one sample has no rows, and no statistics")
  func tiny() throws {
    try withTemporaryFolder { folder in
      let one = folder.appending(path: "one.wav")
      Recording(samples: [0.5], rate: 16_000).writeWAV(one)
      let output = folder.appending(path: "one.npy")
      #expect(try Program.run("features", one.path, "--output", output.path).ending == .exited(0))
      #expect(try NumPyArray(output).shape == [0, Self.columns.count])
      let statistics = folder.appending(path: "statistics.csv")
      let outcome = try Program.run("features", one.path, "--output", statistics.path, "--functionals", "mean")
      #expect(outcome.ending == .exited(65) && outcome.errors.contains("one.wav has no frames"))
      #expect(!FileManager.default.fileExists(atPath: statistics.path))
    }
  }

  @Test("Recordings at any rate give finite rows", arguments: [8000, 11_025, 96_000, 192_000])
  func rates(rate: Int) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "angry.wav")
      try Recording(path: Program.angry).resampled(to: rate).writeWAV(url)
      let output = folder.appending(path: "angry.npy")
      let outcome = try Program.run("features", url.path, "--output", output.path, "--features", "all")
      #expect(outcome.ending == .exited(0), "\(outcome.errors)")
      let array = try NumPyArray(output)
      #expect(abs(array.shape[0] - 84) <= 1)
      #expect(array.values.allSatisfy { $0.isFinite })
    }
  }

  @Test("--describe says what a row consists of, for people and for programs")
  func describe() throws {
    let text = try Program.run("features", "--describe")
    #expect(text.ending == .exited(0) && text.errors == "")
    let layout = FeatureLayout(Self.frontEnd)
    for block in layout.blocks {
      let last = block.columns.upperBound - 1
      let range = block.columns.count == 1 ? "\(last)" : "\(block.columns.lowerBound)–\(last)"
      let isThere = text.output.split(separator: "\n").contains {
        let words = $0.split(separator: " ")
        return words.count > 2 && words[0] == range && words[1] == block.feature.rawValue
      }
      #expect(isThere, "\(block.feature)")
    }
    #expect(text.output.contains("window 80 ms (1280 samples, hann), hop 40 ms (640 samples), FFT of 2048 points"))
    #expect(text.output.contains("\(layout.width) columns, 25 frames a second, of sound at 16000 Hz"))

    let json = try Program.run(
      "features", "--describe", "--format", "json", "--features", "mfcc,rms,delta_rms", "--hop", "10")
    #expect(json.ending == .exited(0))
    let description = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect((description["columns"] as? [String])?.count == 42)
    let features = try #require(description["features"] as? [[String: Any]])
    #expect(features.map { $0["feature"] as? String } == ["mfcc", "rms", "delta_rms"])
    #expect(features[1]["first"] as? Int == 40 && features[1]["columns"] as? Int == 1)
    #expect(features[0]["unit"] as? String == "dB" && (features[0]["definition"] as? String)?.isEmpty == false)
    #expect((description["geometry"] as? [String: Any])?["hop"] as? Int == 160)
  }

  @Test(
    "What cannot be asked for is refused before anything is read",
    arguments: [
      (["features"], "name recordings"),
      (["features", "x.wav"], "--output is missing"),
      (["features", "x.wav", "--output", "x.mat"], "ends in .npy or .csv"),
      (["features", "x.wav", "y.wav", "--output", "x.npy"], "is a folder"),
      (["features", "x.wav", "--output", "x.npy", "--features", "mfcc,mffc"], "no feature 'mffc'"),
      (["features", "x.wav", "--output", "x.npy", "--features", ""], "no feature ''"),
      (["features", "x.wav", "--output", "x.npy", "--functionals", "mean,median"], "'median'"),
      (["features", "x.wav", "--output", "x", "--functionals", "mean"], "ends in .npy or .csv"),
      (["features", "x.wav", "--output", "x.npy", "--window", "200"], "window of 200.0 ms"),
      (["features", "x.wav", "--output", "x.npy", "--hop", "0"], "hop"),
      (["features", "x.wav", "--output", "x.npy", "--fft", "3"], "fftSize"),
      (["features", "x.wav", "--output", "x.npy", "--jobs", "0"], "--jobs"),
      (["features", "x.wav", "--output", "x.npy", "--pad-or-trim", "0"], "--pad-or-trim"),
      (["features", "x.wav", "--output", "x.npy", "--normalize", "rms"], "peak"),
      (["features", "x.wav", "--output", "x.npy", "--array-format", "csv"], "differ"),
      (["features", "x.wav", "--output", "x.npy", "--config", "a", "--model", "b"], "exclude each other"),
      (["features", "x.wav", "--output", "x.npy", "--format", "json"], "--array-format"),
      (["features", "--describe", "x.wav"], "--describe"),
    ])
  func refused(arguments: [String], words: String) throws {
    let process = try Program.start(arguments)
    #expect(process.end(within: .seconds(10)) == .exited(64))
    #expect(process.errors.text.contains(words), "\(process.errors.text)")
    #expect(process.lines.text == "")
  }

  @Test("What cannot be read or written is said with the right code")
  func failures() throws {
    try withTemporaryFolder { folder in
      let path = folder.path
      func expect(
        _ code: Int32, _ words: String, _ arguments: String..., at location: SourceLocation = #_sourceLocation
      ) throws {
        let process = try Program.start(["features"] + arguments)
        #expect(process.end(within: .seconds(10)) == .exited(code), sourceLocation: location)
        #expect(process.errors.text.contains(words), "\(process.errors.text)", sourceLocation: location)
        #expect(process.errors.all.count == 1, "\(process.errors.text)", sourceLocation: location)
      }
      try expect(66, "cannot open \(path)/no.wav", "\(path)/no.wav", "--output", "\(path)/x.npy")
      try FileManager.default.createDirectory(atPath: "\(path)/empty", withIntermediateDirectories: true)
      try expect(66, "\(path)/empty holds no recordings", "\(path)/empty", "--output", "\(path)/x")
      try expect(74, "cannot write /proc/x.npy: ", Program.angry, "--output", "/proc/x.npy")
      try expect(74, "cannot write \(path)/no/x.csv: ", Program.angry, "--output", "\(path)/no/x.csv")
      try expect(74, "cannot make the folder /proc/x: ", Program.angry, Program.sad, "--output", "/proc/x")
      try Data().write(to: folder.appending(path: "file"))
      try expect(74, "\(path)/file is not a folder: ", Program.angry, Program.sad, "--output", "\(path)/file")
      try Data("recognizer: {frontend: {}}".utf8).write(to: folder.appending(path: "typo.yaml"))
      try expect(
        65, "recognizer.frontend", Program.angry, "--output", "\(path)/x.npy", "--config", "\(path)/typo.yaml")
      #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == ["empty", "file", "typo.yaml"])
    }
  }

  @Test("A folder that may not be read", .enabled(if: getuid() != 0, "root may read everything"))
  func unreadable() throws {
    try withTemporaryFolder { folder in
      let closed = folder.appending(path: "closed")
      try FileManager.default.createDirectory(at: closed, withIntermediateDirectories: true)
      chmod(closed.path, 0)
      defer { chmod(closed.path, 0o700) }
      let outcome = try Program.run("features", folder.path, "--output", folder.appending(path: "out").path)
      #expect(outcome.ending == .exited(66))
      #expect(outcome.errors.contains("cannot read the folder \(closed.path)"))
    }
  }
}

/// An array as `numpy.load` would read it.
struct NumPyArray: Equatable {
  var shape: [Int]
  var values: [Float]

  init(_ url: URL) throws {
    let bytes = [UInt8](try Data(contentsOf: url))
    try #require(bytes.starts(with: [0x93] + Array("NUMPY".utf8) + [1, 0]))
    let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    #expect(start.isMultiple(of: 64) && bytes[start - 1] == 0x0A)
    let header = String(decoding: bytes[10..<start], as: UTF8.self)
    let match = try #require(
      header.wholeMatch(of: /\{'descr': '<f4', 'fortran_order': False, 'shape': \((\d+), (\d+)\), \} *\n/))
    shape = [Int(match.1)!, Int(match.2)!]
    try #require(bytes.count == start + 4 * shape[0] * shape[1])
    values = stride(from: start, to: bytes.count, by: 4).map { place in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) })
    }
  }
}

/// A table as a reader of RFC 4180 sees it.
struct Table {
  var header: [String]
  var rows: [[String]]

  init(_ url: URL) throws {
    var lines: [[String]] = [[]]
    var field: [UInt8] = []
    var isQuoted = false
    var bytes = [UInt8](try Data(contentsOf: url))[...]
    try #require(bytes.suffix(2) == [0x0D, 0x0A])
    func text() -> String { String(decoding: field, as: UTF8.self) }
    while let byte = bytes.popFirst() {
      switch byte {
      case UInt8(ascii: "\"") where isQuoted && bytes.first == UInt8(ascii: "\""): field.append(bytes.removeFirst())
      case UInt8(ascii: "\""): isQuoted.toggle()
      case _ where isQuoted: field.append(byte)
      case UInt8(ascii: ","), 0x0D:
        lines[lines.count - 1].append(text())
        field = []
        if byte == 0x0D {
          try #require(bytes.popFirst() == 0x0A)
          lines.append([])
        }
      default: field.append(byte)
      }
    }
    header = lines.removeFirst()
    rows = lines.dropLast()
    for row in rows { try #require(row.count == header.count) }
  }
}
