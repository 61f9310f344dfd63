import ArgumentParser
import Testing

@testable import ser_live

@Suite("Names of files among the words of a command line")
struct CommandLineArgumentsTests {
  private func words(_ words: [String], files: Set<String> = []) throws -> [String] {
    try CommandLineArguments.withFiles(words, exists: files.contains)
  }

  @Test("What begins with a dash and is a file is a file, but options are options")
  func files() throws {
    let files: Set = [
      "-dash.wav", "--dash.wav", "--format", "--format=jsonl", "-1.wav", "-", "-h", "--no-denoise", "a.wav",
    ]
    #expect(try words(["file", "-dash.wav", "a.wav"], files: files) == ["file", "./-dash.wav", "a.wav"])
    #expect(try words(["file", "--dash.wav", "-1.wav"], files: files) == ["file", "./--dash.wav", "./-1.wav"])
    for word in ["--format", "--format=jsonl", "-", "-h", "--no-denoise"] {
      #expect(try words(["file", word], files: files) == ["file", word])
    }
    // Behind two dashes there are no options.
    #expect(try words(["file", "--", "-dash.wav"], files: files) == ["file", "--", "-dash.wav"])
  }

  @Test("A word with a single dash that is no file is refused, for its letters might ask for something")
  func strays() throws {
    for word in ["-dash.wav", "-d", "-hv", "-Über", "-\u{1B}[2J"] {
      let error = #expect(throws: ValidationError.self) { try words(["file", word]) }
      #expect(error?.message.hasPrefix("there is no option '-") == true && error?.message.contains("\u{1B}") == false)
    }
    #expect(try words(["live", "--rate", "-16000", "--x", "-.5", "-help", "-h"]).count == 7)
  }
}
