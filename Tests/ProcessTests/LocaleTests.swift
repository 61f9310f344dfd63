import Foundation
import TestSupport
import Testing

@Suite("Text in a locale that is not UTF-8", .timeLimit(.minutes(1)))
struct LocaleTests {
  private func run(_ arguments: [String], _ locale: String = "C") throws -> Program.Outcome {
    let process = try Program.start(arguments, environment: ["LC_ALL": locale])
    let ending = process.end(within: .seconds(20))
    return Program.Outcome(ending: ending, output: process.lines.text, errors: process.errors.text)
  }

  @Test(
    "Text for people is ASCII, whatever a file is called",
    arguments: [
      ["--help"], ["live", "--help"], ["features", "--help"], ["bench", "--help"], ["model"], ["settings"],
      ["features", "--describe"], ["file", Program.angry, "/no/such/für.wav"], ["check", "--device", "für"],
      ["train", "--config", "/no/such/für.yaml", "--data", "x", "--output", "/no/für/x"], ["fürwahr"],
      ["bench", "--streams", "1", "--rounds", "1", "--seconds", "0.1", "--no-largest"],
    ])
  func ascii(arguments: [String]) throws {
    let outcome = try run(arguments)
    #expect((outcome.output + outcome.errors).utf8.allSatisfy { $0 < 0x80 }, "\(outcome.output)\(outcome.errors)")
    #expect(!(outcome.output + outcome.errors).isEmpty)
  }

  @Test("Lines say the same; formats for programs stay as they are")
  func recording() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "Ärger – 1.flac").path
      try FileManager.default.copyItem(atPath: Program.angry, toPath: path)
      let (plain, rich) = try (run(["file", path]), run(["file", path], "C.UTF-8"))
      #expect(plain.output.contains("\\xC3\\x84rger - 1.flac: angry"), "\(plain.output)")
      #expect(rich.output.contains("Ärger – 1.flac: angry") && rich.output.contains("–"))
      #expect(plain.output.utf8.allSatisfy { $0 < 0x80 })
      let utterance = plain.output.split(separator: "\n").first { $0.hasPrefix("utterance ") }
      #expect(utterance?.contains(/\d-\d/) == true, "\(plain.output)")
      for format in ["jsonl", "tsv", "emotionml"] {
        let (plain, rich) = try (
          run(["file", path, "--format", format]), run(["file", path, "--format", format], "C.UTF-8")
        )
        #expect(plain.output == rich.output, "\(format)")
      }
      #expect(try run(["file", path, "--format", "jsonl"]).output.contains("Ärger – 1.flac"))
      #expect(
        try run(["settings", "--format", "markdown"]).output
          == run(["settings", "--format", "markdown"], "C.UTF-8").output)
    }
  }

  @Test(
    "Names of locales", arguments: [("C", true), ("POSIX", true), ("de_DE.ISO-8859-1", true), ("xx_XX.UTF-8", false)])
  func names(locale: String, isASCII: Bool) throws {
    let output = try run(["features", "--describe"], locale).output
    #expect(output.utf8.allSatisfy { $0 < 0x80 } == isASCII)
  }
}
