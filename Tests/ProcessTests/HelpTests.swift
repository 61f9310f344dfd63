import Foundation
import Testing

@Suite("Help", .timeLimit(.minutes(1)))
struct HelpTests {
  @Test("Every command shows an example")
  func examples() throws {
    let help = try Program.run("--help")
    #expect(help.ending == .exited(0) && help.errors == "" && help.output.contains("Example"))
    let list = try #require(help.output.components(separatedBy: "SUBCOMMANDS:").last)
    let commands = list.split(separator: "\n").filter {
      $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.hasPrefix("  See ")
    }
    .compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(Set(["live", "file", "devices", "check", "train", "evaluate", "crossval", "model"]).isSubset(of: commands))
    for command in commands {
      let help = try Program.run(command, "--help")
      #expect(help.ending == .exited(0) && help.errors == "", "\(command)")
      #expect(help.output.contains("Example") && help.output.contains("  ser-live \(command)"), "\(command)")
    }
  }

  @Test("The version is a number of three parts")
  func version() throws {
    let version = try Program.run("--version")
    #expect(version.ending == .exited(0) && version.errors == "")
    #expect(version.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }
}
