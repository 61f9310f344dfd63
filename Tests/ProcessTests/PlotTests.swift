import Foundation
import FoundationXML
import TestSupport
import Testing

/// Whether gnuplot is there; the tests say so where it is not.
private let hasGnuplot = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
  FileManager.default.isExecutableFile(atPath: "\($0)/gnuplot")
}

/// What stands in the picture of each kind, besides the axis of time.
private let texts: [String: [String]] = [
  "waveform": ["Waveform", "amplitude"],
  "spectrogram": ["Spectrogram and pitch", "frequency (Hz)", "pitch (Hz)", "dB below the loudest", "8000", "600"],
  "mel": ["Mel spectrogram", "frequency (Hz)", "dB below the loudest", "4000"],
  "mfcc": ["MFCC 1 to 19", "coefficient", "DCT of dB"],
  "chroma": ["Chroma", "pitch class", "F#", "share of the strongest"],
  "contrast": ["Spectral contrast", "band edges (Hz)", "6400", "peak over valley (dB)"],
  "centroid": ["Centroid (white) over the spectrogram", "frequency (Hz)"],
  "rolloff": ["85 % roll-off (green) over the spectrogram", "frequency (Hz)"],
  "pitch": ["Pitch", "frequency (Hz)", "Voicing", "strength"],
  "labels": [
    "Waveform", "Posteriors", "probability", "surprised", "neutral", "silence", "angry 0.",
    "utterance",
  ],
]

/// Kinds that show values as colours.
private let images: Set = ["spectrogram", "mel", "mfcc", "chroma", "contrast", "centroid", "rolloff"]

@Suite("ser-live plot", .timeLimit(.minutes(3)), .enabled(if: hasGnuplot, "gnuplot is not here (Debian's gnuplot-nox)"))
struct PlotTests {
  private func plot(_ arguments: String..., environment: [String: String] = [:]) throws -> Program.Outcome {
    let process = try Program.start(["plot"] + arguments, environment: environment)
    let ending = process.end(within: .seconds(30))
    return Program.Outcome(ending: ending, output: process.lines.text, errors: process.errors.text)
  }

  private func expectDone(_ outcome: Program.Outcome, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(outcome.ending == .exited(0), sourceLocation: sourceLocation)
    // gnuplot's warnings would be here.
    #expect(outcome.errors == "", sourceLocation: sourceLocation)
  }

  /// All texts of an SVG, which must be well formed.
  private func read(svg data: Data) throws -> [String] {
    final class Texts: NSObject, XMLParserDelegate {
      var found: [String] = []
      var open = false
      func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
      ) {
        open = name == "text"
        if open { found.append("") }
      }
      func parser(_ parser: XMLParser, foundCharacters string: String) {
        if open { found[found.count - 1] += string }
      }
      func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        open = false
      }
    }
    let texts = Texts()
    let parser = XMLParser(data: data)
    parser.delegate = texts
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    return texts.found
  }

  /// Width and height of a PNG that is whole.
  private func size(ofPNG data: Data) -> [Int]? {
    guard data.count > 40, data.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
      data.suffix(8).starts(with: Array("IEND".utf8))
    else { return nil }
    return [16, 20].map { start in data[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
  }

  @Test("Every kind as SVG says what it shows", arguments: texts.keys.sorted())
  func svg(kind: String) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "picture.svg")
      expectDone(try plot(Program.angry, "--kind", kind, "--output", url.path))
      let data = try Data(contentsOf: url)
      let found = try read(svg: data)
      for text in texts[kind]! + ["angry.flac", "time (s)", "2.5"] {
        #expect(found.contains { $0.contains(text) }, "\(text)")
      }
      let source = String(decoding: data, as: UTF8.self)
      #expect(source.contains("width=\"900\""))
      #expect(source.contains("data:image/png;base64") == images.contains(kind))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["picture.svg"])
    }
  }

  @Test("Every kind as PNG and PDF is a whole file with something in it", arguments: texts.keys.sorted())
  func pngAndPDF(kind: String) throws {
    try withTemporaryFolder { folder in
      let quiet = folder.appending(path: "quiet.wav")
      // As long as the other recording.
      Recording(samples: Array(repeating: 0, count: 54_448), rate: 16_000).writeWAV(quiet)
      func draw(_ recording: String, _ name: String) throws -> Data {
        let url = folder.appending(path: name)
        expectDone(
          try plot(
            recording, "--kind", kind, "--title", "T", "--size", "800x500", "--output", url.path))
        return try Data(contentsOf: url)
      }
      let png = try draw(Program.angry, "a.png")
      #expect(size(ofPNG: png) == [800, 500])
      let empty = try draw(quiet.path, "b.png")
      #expect(size(ofPNG: empty) == [800, 500])
      // Axes are all that the picture of silence has; what compresses worse has more in it.
      #expect(png.count > empty.count + 1000, "\(png.count) \(empty.count)")

      let pdf = try draw(Program.angry, "a.pdf")
      #expect(pdf.starts(with: Array("%PDF-".utf8)))
      #expect(String(decoding: pdf.suffix(16), as: UTF8.self).contains("%%EOF"))
      #expect(try pdf.count > draw(quiet.path, "b.pdf").count + 1000)
    }
  }

  @Test("Everything in one picture, or in a folder")
  func all() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "all.svg")
      expectDone(try plot(Program.sad, "--kind", "all", "--output", url.path))
      let found = try read(svg: Data(contentsOf: url))
      for panel in [
        "Waveform", "Spectrogram and pitch", "Mel", "MFCC", "Chroma", "Spectral contrast",
        "Centroid (white) and 85 % roll-off (green)", "Pitch", "Voicing", "Posteriors", "Labels",
      ] {
        #expect(found.count { $0.hasPrefix(panel) } == 1, "\(panel)")
      }
      let pictures = folder.appending(path: "pictures")
      expectDone(try plot(Program.sad, "--kind", "all", "--output", pictures.path + "/"))
      let names = try FileManager.default.contentsOfDirectory(atPath: pictures.path)
      #expect(Set(names) == Set(texts.keys.map { "sad-\($0).png" }))
      for name in names { #expect(size(ofPNG: try Data(contentsOf: pictures.appending(path: name))) != nil) }
    }
  }

  @Test("Every kind as text fits into 80 columns of a pipe", arguments: texts.keys.sorted())
  func text(kind: String) throws {
    let outcome = try plot(Program.angry, "--kind", kind, "--terminal", environment: ["COLUMNS": "", "LINES": ""])
    expectDone(outcome)
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count >= 18 && lines.allSatisfy { $0.count <= 80 })
    #expect(!outcome.output.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    #expect(lines.first?.hasPrefix("angry.flac: ") == true && outcome.output.contains("time (s)"))
    if images.contains(kind) { #expect(outcome.output.contains(/[=+*#%@]{3}/)) }
    if kind == "labels" {
      #expect(outcome.output.contains(#/label \|.* angry /#))
      #expect(outcome.output.contains(#/utterance \|.* angry 0\.\d\d /#))
    }
  }

  @Test("A part has the times of the whole")
  func excerpt() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "part.svg")
      expectDone(
        try plot(
          Program.angry, "--kind", "mel", "--start", "1", "--duration", "1", "--window", "25", "--hop", "10",
          "--output", url.path))
      let found = try read(svg: Data(contentsOf: url))
      #expect(found.contains { $0.contains("windows of 25 ms, 10 ms apart") })
      #expect(found.contains { $0.contains("1.4") } && !found.contains { $0.contains("2.5") })
    }
  }

  @Test(
    "Titles and names stand for themselves, whatever is in them",
    arguments: [
      "it's \"q\" `touch injected` $(touch injected) ; system 'touch injected'", "<b>&amp; _x_ ^y {z} @w ~a \\n %g %d",
      "two\n!touch injected\nlines", "'", "''", "-", "né 中 🙂",
    ])
  func hostile(text: String) throws {
    try withTemporaryFolder { folder in
      let name = text.replacing("/", with: "")
      let recording = folder.appending(path: "\(name).wav")
      try Recording(path: Program.angry).writeWAV(recording)
      let url = folder.appending(path: "\(name).svg")
      expectDone(try plot(recording.path, "--kind", "waveform", "--output", url.path))
      let line = text.replacing("\n", with: " ")
      #expect(try read(svg: Data(contentsOf: url)).contains("\(line).wav"))
      expectDone(try plot(recording.path, "--kind", "labels", "--title=\(text)", "--output", url.path))
      #expect(try read(svg: Data(contentsOf: url)).contains(line))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
      #expect(!FileManager.default.fileExists(atPath: "injected"))
    }
  }

  @Test("What cannot be drawn is said in one sentence, and leaves nothing behind")
  func failures() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "picture.png")
      func expectFailure(
        _ code: Int32, _ arguments: [String], _ words: String, environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
      ) throws {
        let process = try Program.start(["plot"] + arguments, environment: environment)
        #expect(process.end(within: .seconds(20)) == .exited(code), sourceLocation: sourceLocation)
        let lines = process.errors.all.filter { line in !["  ", "Usage:", "Help:"].contains { line.hasPrefix($0) } }
        #expect(lines.count == 1 && lines[0].contains(words), "\(lines)", sourceLocation: sourceLocation)
        #expect(process.lines.text == "", sourceLocation: sourceLocation)
        #expect(!FileManager.default.fileExists(atPath: url.path), sourceLocation: sourceLocation)
      }
      try expectFailure(66, ["/no/such.wav", "--output", url.path], "/no/such.wav")
      try expectFailure(64, [Program.angry, "--output", "picture.jpg"], ".png, .svg, .pdf")
      try expectFailure(64, [Program.angry], "--output")
      try expectFailure(64, [Program.angry, "--terminal", "--output", url.path], "--terminal")
      try expectFailure(64, [Program.angry, "--kind", "smell", "--output", url.path], "smell")
      try expectFailure(64, [Program.angry, "--window", "5", "--output", url.path], "--window")
      try expectFailure(64, [Program.angry, "--hop", "nan", "--output", url.path], "--hop")
      try expectFailure(64, [Program.angry, "--size", "0x0", "--output", url.path], "--size")
      try expectFailure(65, [Program.angry, "--start", "9", "--output", url.path], "3.403 s")
      try expectFailure(74, [Program.angry, "--output", "/no/such/folder/x.png"], "/no/such/folder/x.png")
      try expectFailure(74, [Program.angry, "--output", "/etc/passwd/below/"], "/etc/passwd/below/")

      let short = folder.appending(path: "short.wav")
      Recording(samples: Array(repeating: 0.1, count: 100), rate: 16_000).writeWAV(short)
      try expectFailure(65, [short.path, "--kind", "mel", "--output", url.path], "too short")
      try expectFailure(65, [short.path, "--kind", "pitch", "--window", "6", "--output", url.path], "50 ms")

      let torn = folder.appending(path: "torn.wav")
      try Recording(path: Program.angry).writeWAV(torn)
      let whole = try Data(contentsOf: torn)
      try whole.prefix(whole.count * 3 / 4).write(to: torn)
      try expectFailure(65, [torn.path, "--output", url.path], "torn.wav is torn")

      try expectFailure(
        69, [Program.angry, "--output", url.path], "gnuplot-nox", environment: ["PATH": folder.path])
      let broken = folder.appending(path: "gnuplot")
      for (script, words) in [
        (
          "#!/bin/sh\n/bin/cat >/dev/null\necho half a picture\necho ' line 3: no such thing' >&2\nexit 1\n",
          "such thing"
        ),
        ("#!/bin/sh\nexit 0\n", "without a message"), ("no program at all", "gnuplot"),
      ] {
        try script.write(to: broken, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: broken.path)
        try expectFailure(
          69, [Program.angry, "--output", url.path], words, environment: ["PATH": folder.path])
      }
      #expect(
        try Set(FileManager.default.contentsOfDirectory(atPath: folder.path)) == ["short.wav", "torn.wav", "gnuplot"])
    }
  }

  @Test("A picture that was there is replaced by a whole one, or kept")
  func replacing() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "picture.png")
      try Data("old".utf8).write(to: url)
      let outcome = try plot(
        Program.angry, "--kind", "waveform", "--output", url.path, environment: ["PATH": folder.path])
      #expect(outcome.ending == .exited(69))
      #expect(try Data(contentsOf: url) == Data("old".utf8))
      expectDone(try plot(Program.angry, "--kind", "waveform", "--output", url.path))
      #expect(size(ofPNG: try Data(contentsOf: url)) != nil)
    }
  }
}
