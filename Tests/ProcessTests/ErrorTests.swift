import Foundation
import Testing

@Suite("What cannot work is said in one sentence", .timeLimit(.minutes(1)))
struct ErrorTests {
  /// Runs the program, which must fail quickly, with this code, with one sentence, and with nothing on standard output.
  ///
  /// - Returns: The sentence.
  @discardableResult
  private func expectFailure(
    _ code: Int32, _ arguments: String..., input: [UInt8]? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let begin = ContinuousClock.now
    let process = try Program.start(arguments, input: input == nil ? .file("/dev/null") : .pipe)
    if let input {
      process.write(input)
      process.closeInput()
    }
    let ending = process.end(within: .seconds(10))
    #expect(ending == .exited(code), sourceLocation: sourceLocation)
    // Both cores may be busy with other tests.
    #expect(ContinuousClock.now - begin < .seconds(3), sourceLocation: sourceLocation)
    #expect(process.lines.text == "", sourceLocation: sourceLocation)
    let lines = process.errors.all
    // A mistake on the command line also gets a reminder of the usage; what there is to choose from is indented.
    let sentences =
      code == 64
      ? lines.filter { $0.hasPrefix("Error: ") || $0.hasPrefix("ser-live: ") } : lines.filter { !$0.hasPrefix("  ") }
    #expect(sentences.count == 1, "\(lines)", sourceLocation: sourceLocation)
    #expect(!process.errors.text.contains("Fatal error"), sourceLocation: sourceLocation)
    return sentences.first ?? ""
  }

  @Test("An empty standard input")
  func emptyInput() throws {
    let sentence = try expectFailure(66, "live", "--device", "-", "--rate", "16000", "--encoding", "s16le", input: [])
    #expect(sentence.contains("standard input"))
  }

  @Test("A standard input that ends within a sample, after the events of what was there")
  func tornInput() throws {
    let bytes = try Recording(path: Program.angry).resampled(to: 16_000).bytes(.s16le)
    let outcome = try Program.run(
      "live", "--device", "-", "--rate", "16000", "--format", "jsonl", input: bytes + [1])
    #expect(outcome.ending == .exited(65))
    #expect(outcome.errors.contains("ended within a sample"))
    #expect(try outcome.events().map(\.type).contains("utterance"))
  }

  @Test(
    "A recording that is missing, or lies where nothing can",
    arguments: ["/no/such/file.wav", "/etc/passwd/below-a-file.wav"])
  func missing(path: String) throws {
    #expect(try expectFailure(66, "file", path).contains(path))
  }

  @Test("A folder without recordings")
  func folder() throws {
    try withTemporaryFolder { folder in
      let sentence = try expectFailure(66, "file", folder.path)
      #expect(sentence.contains("\(folder.path) holds no recordings"))
    }
  }

  @Test(
    "A recording that may not be read", .enabled(if: getuid() != 0, "root may read everything"))
  func unreadable() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "secret.wav")
      Recording(samples: [0.5], rate: 16_000).writeWAV(url)
      try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: url.path)
      #expect(try expectFailure(66, "file", url.path).contains("secret.wav"))
    }
  }

  @Test("A text called .wav, and an empty file")
  func noRecording() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "text.wav")
      try Data("Once upon a time there was a sound.\n".utf8).write(to: url)
      #expect(try expectFailure(65, "file", url.path).contains("text.wav"))
      try Data().write(to: url)
      #expect(try expectFailure(65, "file", url.path).contains("text.wav is empty"))
    }
  }

  @Test("A torn recording, after the events of what was there")
  func torn() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "torn.wav")
      try Recording(path: Program.angry).writeWAV(url)
      let whole = try Data(contentsOf: url)
      try whole.prefix(whole.count * 3 / 4).write(to: url)
      let outcome = try Program.run("file", url.path, "--format", "jsonl")
      #expect(outcome.ending == .exited(65))
      let events = try outcome.events()
      #expect(events.map(\.type).contains("utterance"))
      #expect(events.last?.type == "file" && events.last?.label == "angry")
      #expect(outcome.errors.contains("torn.wav is torn"))
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
  }

  @Test("A bad recording among good ones")
  func badAmongGood() throws {
    let outcome = try Program.run(
      "file", Program.angry, "/no/such.wav", Program.sad, "/nor/such.wav", "--format", "jsonl")
    #expect(outcome.ending == .exited(65))
    #expect(try outcome.events().filter { $0.type == "file" }.map { $0["path"] } == [Program.angry, Program.sad])
    #expect(outcome.errors.split(separator: "\n").count == 3)
  }

  @Test("Options that make no sense")
  func usage() throws {
    #expect(try expectFailure(64, "live", "--device", "-", "--rate", "0").contains("0 Hz"))
    #expect(try expectFailure(64, "live", "--device", "-").contains("--rate"))
    #expect(try expectFailure(64, "live", "--rate", "16000").contains("--device -"))
    try expectFailure(64, "live", "--device", "-", "--rate", "-16000")
    try expectFailure(64, "live", "--device", "-", "--rate", "fast")
    #expect(try expectFailure(64, "live", "--device", "-", "--rate", "16000", "--channels", "0").contains("0 channels"))
    #expect(try expectFailure(64, "live", "--loudly").contains("--loudly"))
    #expect(try expectFailure(64, "file", Program.angry, "--format", "xml").contains("xml"))
    #expect(try expectFailure(64, "file", Program.angry, "--every", "0").contains("--every"))
    #expect(try expectFailure(64, "file", Program.angry, "--every", "nan").contains("--every"))
    #expect(try expectFailure(64, "sing").contains("there is no command 'sing'"))
    #expect(try expectFailure(64, "fil", "x").contains("there is no command 'fil'; did you mean 'file'?"))
    #expect(try expectFailure(64, Program.angry).contains("to process a recording: ser-live file \(Program.angry)"))
    try expectFailure(64, "file")
  }

  @Test("A microphone that does not exist")
  func noDevice() throws {
    #expect(try expectFailure(69, "live", "--device", "no-such-device").contains("\"no-such-device\""))
  }

  @Test("A model that is missing, damaged or something else")
  func models() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "model.safetensors")
      func expectBad(_ bytes: Data, _ words: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try bytes.write(to: url)
        let sentence = try expectFailure(
          65, "file", Program.angry, "--model", url.path, sourceLocation: sourceLocation)
        #expect(sentence.contains("model.safetensors") && sentence.contains(words), sourceLocation: sourceLocation)
      }
      func tensors(_ header: String) -> Data {
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) } + Data(header.utf8)
      }
      #expect(try expectFailure(66, "file", Program.angry, "--model", url.path).contains("model.safetensors"))
      try expectBad(Data(), "0 bytes")
      try expectBad(Data("This is no model.".utf8), "not a usable safetensors file")
      try expectBad(tensors("{}"), "no model of ser-live")
      try expectBad(tensors(#"{"__metadata__":{"format":"pt"}}"#), "no model of ser-live")
      try expectBad(tensors(#"{"__metadata__":{"format":"ser-live model","version":"99"}}"#), "version 99")
      let model = try Data(
        contentsOf: Program.root.appending(path: "Sources/CLibs/CDefaultModel/default.safetensors"))
      try expectBad(model.prefix(model.count / 2), "cut short")
      try expectBad(tensors(#"{"__metadata__":{"format":"ser-live model","version":"1"}}"#), "configuration")
    }
  }

  @Test(
    "A manifest that cannot be used",
    arguments: [
      ("path,label\na.wav,happy\n", Int32(65), "no column 'speaker'"),
      ("path,label,speaker\n\"a.wav,happy,1\n", 65, "line 2: a quote is opened and never closed"),
      ("path,label,speaker\na.wav,bored,1\n", 65, "clips that are bored, which is none of the labels"),
      ("path,label,speaker\nb.wav,happy,1\n", 66, "line 2: "),
    ])
  func manifest(_ text: String, _ code: Int32, _ words: String) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "corpus.csv")
      try Data(text.utf8).write(to: url)
      try Data().write(to: folder.appending(path: "a.wav"))
      #expect(try expectFailure(code, "evaluate", "--data", url.path).contains(words))
    }
  }

  @Test("A corpus of which too much cannot be read, after how far the reading has come")
  func unreadableCorpus() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "corpus.csv")
      try Data("path,label,speaker\na.wav,happy,1\n".utf8).write(to: url)
      try Data().write(to: folder.appending(path: "a.wav"))
      let outcome = try Program.run("evaluate", "--data", url.path)
      #expect(outcome.ending == .exited(65) && outcome.output == "")
      let lines = outcome.errors.split(separator: "\n")
      #expect(lines.count == 2 && lines[0] == "processed 1/1 recordings")
      #expect(lines.last?.hasPrefix("ser-live: 1 of 1 recordings cannot be read") == true)
    }
  }

  @Test("A training that cannot begin")
  func training() throws {
    try withTemporaryFolder { folder in
      let output = folder.appending(path: "model").path
      let configuration = Program.root.appending(path: "configs/default.yaml")
      #expect(
        try expectFailure(
          66, "train", "--config", configuration.path, "--data", "/no/such/folder", "--output", output
        ).contains("/no/such/folder"))
      #expect(
        try expectFailure(
          66, "train", "--config", "/no/such.yaml", "--data", "/no/such/folder", "--output", output
        ).contains("/no/such.yaml"))
      let changed = folder.appending(path: "changed.yaml")
      try (String(contentsOf: configuration, encoding: .utf8) + "\nloudness: 11\n")
        .write(to: changed, atomically: true, encoding: .utf8)
      #expect(
        try expectFailure(65, "train", "--config", changed.path, "--data", "/no/such/folder", "--output", output)
          .contains("loudness"))
      try "networks: [".write(to: changed, atomically: true, encoding: .utf8)
      #expect(
        try expectFailure(65, "train", "--config", changed.path, "--data", "/no/such/folder", "--output", output)
          .contains("changed.yaml"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["changed.yaml"])
    }
  }
}
