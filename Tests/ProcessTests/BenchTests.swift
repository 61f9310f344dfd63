import Foundation
import TestSupport
import Testing

@Suite("ser-live bench", .timeLimit(.minutes(2)))
struct BenchTests {
  @Test("Streams at a time, what they cost, and the memory that they take")
  func streams() throws {
    let outcome = try Program.run(
      "bench", "--streams", "1,12", "--rounds", "1", "--seconds", "0.5", "--format", "jsonl", "--no-largest")
    #expect(outcome.ending == .exited(0) && outcome.errors == "")
    let lines = try outcome.events()
    try #require(lines.map(\.type) == ["streams", "streams"])
    #expect(lines.prefix(2).map { $0["streams"] as Int? } == [1, 12])
    for line in lines {
      let (least, median, most) = (
        try #require(line["least_us"] as Double?), try #require(line["median_us"] as Double?),
        try #require(line["most_us"] as Double?)
      )
      #expect(0 < least && least <= median && median <= most)
      let streams = try #require(line["streams"] as Int?)
      let load = try #require(line["load_percent"] as Double?)
      // Both are rounded to 3 decimals.
      #expect(abs(load - median * Double(streams) / 400) < 0.01 + 0.001 * Double(streams))
      #expect(line["real_time"] == (load <= 100))
    }
    #expect(lines[0]["stream_bytes"] as Int? == nil)
    #expect(try #require(lines[1]["stream_bytes"] as Int?) > 10_000)
  }

  @Test("The largest number of streams in real time, of networks of which a core can hear few")
  func largest() throws {
    try withConfiguration(
      """
      recognizer:
        networks:
          - name: heavy
            target: emotion
            adaptive: true
            layers: [{layer: lstm, units: 512}, {layer: lstm, units: 512}, {layer: attention_pooling}, {layer: dense}]
      """
    ) { path in
      let outcome = try Program.run(
        "bench", "--config", path, "--streams", "1", "--rounds", "1", "--seconds", "0.5", "--format", "jsonl",
        within: .seconds(100))
      #expect(outcome.ending == .exited(0) && outcome.errors == "")
      let lines = try outcome.events()
      try #require(lines.map(\.type) == ["streams", "largest"])
      #expect(lines[1]["real_time"] == true)
      #expect(try #require(lines[1]["streams"] as Int?) > 1)
    }
  }

  @Test("The stages of one stream, on a recording: those of speech are called as often as there is speech")
  func stages() throws {
    let outcome = try Program.run(
      "bench", "--stages", "--rounds", "2", "--input", Program.angry, "--format", "tsv")
    #expect(outcome.ending == .exited(0) && outcome.errors == "")
    let rows = outcome.output.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    #expect(rows[0] == ["kind", "stage", "median_us", "least_us", "most_us", "calls_per_hop", "us_per_hop"])
    let names = rows.dropFirst().map { $0[1] }
    #expect(names.first == "front end" && names.last == "whole pipeline")
    #expect(names.contains("network lstm"))
    for row in rows.dropFirst() {
      #expect(row.count == 7)
      let calls = try #require(Double(row[5]))
      #expect(["front end", "speech gate", "smoother", "whole pipeline"].contains(row[1]) ? calls == 1 : calls < 1)
      #expect(calls > 0.2)
    }
    let one = try Program.run(
      "bench", "--stages", "--stage", "front end", "--rounds", "1", "--input", Program.angry, "--format", "jsonl")
    #expect(try one.events().map(\.type) == ["sound", "stage"])
  }

  @Test("Networks that nobody has trained, on sound that the program makes itself")
  func untrained() throws {
    try withConfiguration(
      """
      recognizer:
        networks:
          - {name: small, target: emotion, adaptive: true, layers: [{layer: lstm, units: 4}, {layer: attention_pooling}, {layer: dense}]}
      """
    ) { path in
      let outcome = try Program.run("bench", "--stages", "--rounds", "1", "--config", path)
      #expect(outcome.ending == .exited(0) && outcome.errors == "")
      #expect(outcome.output.contains("network small"))
      // The synthetic sound must be speech to the gate, else the networks would never be heard.
      let words = outcome.output.split(separator: "\n")[0].split(separator: " ")
      #expect(words.suffix(3) == ["of", "them", "speech"])
      let speech = try #require(Int(words[words.count - 4]))
      #expect(200...400 ~= speech, "\(words)")
    }
  }

  @Test(
    "What cannot be measured is refused",
    arguments: [
      (["--streams", "0"], 64, "--streams"), (["--streams", "1,,2"], 64, "--streams"),
      (["--rounds", "0"], 64, "--rounds"), (["--seconds", "nan"], 64, "--seconds"),
      (["--stage", "front end"], 64, "--stages"), (["--stages", "--stage", "x"], 64, "there are front end"),
      (["--model", "a", "--config", "b"], 64, "one of them"), (["--input", "/no/such.wav"], 66, "/no/such.wav"),
      (["--config", "/no/such.yaml"], 66, "/no/such.yaml"),
    ])
  func refused(arguments: [String], code: Int32, words: String) throws {
    let process = try Program.start(["bench"] + arguments)
    #expect(process.end(within: .seconds(10)) == .exited(code))
    #expect(process.errors.text.contains(words) && process.lines.text.isEmpty, "\(process.errors.text)")
  }
}
