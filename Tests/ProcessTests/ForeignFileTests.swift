import CSndfile
import Foundation
import Support
import Testing

@Suite("Files that are no recordings, and what to do about them", .timeLimit(.minutes(2)))
struct ForeignFileTests {
  private func errors(_ arguments: [String], _ code: Int32) throws -> String {
    let outcome = try Program.run(arguments)
    #expect(outcome.ending == .exited(code) && outcome.output == "", "\(arguments)")
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count == 1, "\(outcome.errors)")
    return outcome.errors
  }

  @Test("Sound in other forms: the command that converts it, whatever the file is called")
  func foreign() throws {
    try withTemporaryFolder { folder in
      let heads: [(name: String, bytes: [UInt8], words: String)] = [
        ("talk.m4a", [0, 0, 0, 0x1C] + Array("ftypM4A \0\0\0\0".utf8), "MPEG-4"),
        ("my talk.mp4", [0, 0, 0, 0x20] + Array("ftypisom".utf8), "MPEG-4"),
        ("talk.webm", [0x1A, 0x45, 0xDF, 0xA3, 0x9F, 0x42, 0x86, 0x81], "WebM"),
        ("talk.wma", [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, 0xA6, 0xD9], "Windows Media"),
        ("talk.aac", [0xFF, 0xF1, 0x50, 0x80, 0x2E, 0x7F, 0xFC], "AAC"),
        ("talk.amr", Array("#!AMR\n".utf8) + [0x3C, 0x48], "AMR"),
        // A name that lies.
        ("phone.wav", [0, 0, 0, 0x1C] + Array("ftypM4A \0\0\0\0".utf8), "MPEG-4"),
      ]
      for (name, bytes, words) in heads {
        let path = folder.appending(path: name).path
        try Data(bytes + [UInt8](repeating: 0, count: 4000)).write(to: URL(filePath: path))
        let sentence = try errors(["file", path], 65)
        #expect(sentence.contains("\(name) is not a readable recording: it is \(words)"), "\(sentence)")
        let stem = path.dropLast(name.count - name.firstIndex(of: ".")!.utf16Offset(in: name))
        let target = "\(stem).\(name == "phone.wav" ? "flac" : "wav")"
        let command = name.contains(" ") ? "ffmpeg -i '\(path)' '\(target)'" : "ffmpeg -i \(path) \(target)"
        #expect(sentence.hasSuffix("\(command)\n"), "\(sentence)")
      }
    }
  }

  @Test("Archives are to be unpacked, as data and as recordings")
  func archives() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "x.zip").path
      try Data(Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 0, count: 100)).write(to: URL(filePath: path))
      let words = "it is an archive: unpack it first, for example by unzip \(path)\n"
      #expect(try errors(["evaluate", "--data", path], 66) == "ser-live: cannot read the folder \(path): \(words)")
      #expect(try errors(["file", path], 65).hasSuffix(words))
      let configuration = Program.root.appending(path: "configs/default.yaml").path
      let output = folder.appending(path: "m").path
      #expect(
        try errors(["train", "--config", configuration, "--data", path, "--output", output], 66).hasSuffix(words))
    }
  }

  private static let mp3 = SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III

  private static var writesMP3: Bool {
    var info = SF_INFO()
    info.samplerate = 44_100
    info.channels = 1
    info.format = Int32(mp3)
    return sf_format_check(&info) == SF_TRUE
  }

  @Test("A damaged MP3 is no reason for others than the program to speak", .enabled(if: writesMP3, "no MP3"))
  func quiet() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "talk.mp3")
      try Recording(path: Program.angry).resampled(to: 44_100).write(url, format: Self.mp3)
      var bytes = [UInt8](try Data(contentsOf: url))
      // Nonsense among the frames, and a frame that is cut short.
      bytes.replaceSubrange(
        bytes.count / 2..<bytes.count / 2 + 3000, with: (0..<3000).map { UInt8(truncatingIfNeeded: $0 * 7) })
      try Data(bytes.dropLast(100)).write(to: url)
      let outcome = try Program.run("file", url.path)
      for line in outcome.errors.split(separator: "\n") {
        #expect(line.hasPrefix("ser-live: ") && !line.contains("mpg123"))
      }
      // Messages of the program and of its argument parser still come.
      #expect(try Program.run("file").errors.contains("Error: name recordings"))
    }
  }

  @Test("Text that is not UTF-8 is refused in one sentence")
  func latin() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "s.yaml").path
      let text = Array("# comment\nlabels: {\"angry\": [\"f".utf8) + [0xFC] + Array("r\"]}\n".utf8)
      try Data(text).write(to: URL(filePath: path))
      #expect(
        try errors(["file", Program.angry, "--config", path], 65)
          == "ser-live: \(path) line 2 is not UTF-8: save the file as UTF-8\n")
      #expect(
        try errors(["train", "--config", path, "--data", "/no", "--output", folder.appending(path: "m").path], 65)
          == "ser-live: \(path) line 2 is not UTF-8: save the file as UTF-8\n")
      let outcome = try Program.run(
        "file", Program.angry, "--labels", String(pathBytes: Array("angry=w".utf8) + [0xFC]))
      #expect(outcome.ending == .exited(64) && outcome.output == "")
      #expect(outcome.errors.hasPrefix("Error: --labels is not UTF-8: "))
      let process = try Program.start(
        "file", Program.angry, environment: ["SER_LIVE_LABELS": String(pathBytes: Array("angry=w".utf8) + [0xFC])])
      #expect(process.end(within: .seconds(10)) == .exited(64))
      #expect(process.errors.text.hasPrefix("ser-live: SER_LIVE_LABELS: --labels is not UTF-8: "))
      // A byte order mark is no part of the text.
      try Data("\u{FEFF}format: tsv\n".utf8).write(to: URL(filePath: path))
      #expect(try Program.run("file", Program.angry, "--config", path).output.hasPrefix("type\t"))
    }
  }
}
