import Foundation
import TestSupport
import Testing

@Suite("Alerts", .timeLimit(.minutes(1)))
struct AlertTests {
  @Test("An alert is an event, and runs a command, whatever events are wanted")
  func command() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "it's").path
      let process = try Program.start(
        ["file", Program.angry, "--format", "jsonl", "--alert", "angry:0.5", "--alert", "silence:9"]
          + [
            "--on-alert", #"{ echo "$ALERT_LABEL $ALERT_TIME $ALERT_SINCE $ALERT_HELD"; cat; } > "$FILE"; echo said"#,
          ],
        environment: ["FILE": file])
      #expect(process.end(within: .seconds(10)) == .exited(0))
      let alerts = try process.lines.all.map { try Event($0) }.filter { $0.type == "alert" }
      try #require(alerts.count == 1)
      #expect(alerts[0].keys == ["type", "time", "label", "since", "held"] && alerts[0].label == "angry")
      let labels = try process.lines.all.map { try Event($0) }.filter { $0.type == "label" }
      let named = try #require(labels.first { $0.label == "angry" })
      #expect(alerts[0]["since"] == (named["time"] as Double?))
      // Thirteen rows of 40 ms are the first that reach half a second.
      #expect(alerts[0]["held"] == 0.52)
      let text = try String(contentsOfFile: file, encoding: .utf8)
      func number(_ key: String) throws -> String {
        let value = try #require(alerts[0][key] as Double?)
        return value.rounded() == value ? "\(Int(value))" : "\(value)"
      }
      #expect(
        try text == "angry \(number("time")) \(number("since")) \(number("held"))\n\(alerts[0].line)\n")
      #expect(process.errors.text == "said\n", "standard output is for events")

      let quiet = try Program.run(
        "file", Program.angry, "--alert", "angry:0.5", "--on-alert", "echo said", "--events", "file")
      #expect(quiet.errors == "said\n" && quiet.output.split(separator: "\n").count == 1)
    }
  }

  @Test("A command that fails or hangs holds nothing up")
  func failing() throws {
    let failing = try Program.run("file", Program.angry, "--alert", "angry:0.5", "--on-alert", "exit 3")
    #expect(failing.ending == .exited(0) && failing.errors == "ser-live: --on-alert ended with code 3\n")
    let bytes = try Recording(path: Program.angry).resampled(to: 16_000).bytes(.s16le)
    let process = try Program.start(
      ["live", "--device", "-", "--rate", "16000", "--alert", "angry:0.5", "--on-alert", "sleep 4"], input: .pipe)
    let begin = ContinuousClock.now
    process.write(bytes)
    #expect(process.lines.next(within: .seconds(3)) { $0.contains("utterance") } != nil)
    #expect(ContinuousClock.now - begin < .seconds(3))
    process.closeInput()
    #expect(process.end(within: .seconds(10)) == .exited(0))
    #expect(ContinuousClock.now - begin > .seconds(3.5), "the end waits for the command")
  }

  @Test("Rules know the merged labels, and only those")
  func labels() throws {
    let merged = try Program.run(
      "file", Program.angry, "--labels", "angry+fearful=tense", "--alert", "tense:0.5", "--events", "alert")
    #expect(merged.output.contains("ALERT: tense for 0.5"))
    for (arguments, words) in [
      (["--alert", "angy:5"], "did you mean 'angry'?"), (["--alert", "angry"], "--alert"),
      (["--on-alert", "true"], "--alert"), (["--labels", "angry=cross", "--alert", "angry:5"], "no label is called"),
    ] {
      let process = try Program.start(["file", Program.angry] + arguments)
      #expect(process.end(within: .seconds(10)) == .exited(64))
      #expect(process.errors.text.contains(words), "\(process.errors.text)")
    }
  }
}
