import Streaming
import Support
import Testing

@testable import ser_live

@Suite struct SettingsTests {
  private func arguments(_ yaml: String) throws -> [String] {
    try SettingsFile.settings(yaml).flatMap { entry in
      Settings.Value(setting: entry.setting, values: entry.values, source: .file("f")).arguments
    }
  }

  @Test func everySettingHasNamesOfItsOwn() {
    #expect(Setting.all.count > 15)
    for names in [Setting.all.map(\.option), Setting.all.map(\.key), Setting.all.map(\.variable)] {
      #expect(Set(names).count == names.count)
    }
    let gain = Setting.all.first { $0.option == "automatic-gain" }
    #expect(gain?.key == "automaticGain" && gain?.variable == "SER_LIVE_AUTOMATIC_GAIN")
    #expect(gain?.isFlag == true && gain?.hasOpposite == true && gain?.commands.prefix(2) == ["live", "file"])
    #expect(!Setting.all.contains { ["help", "version", "config", "no-denoise"].contains($0.option) })
  }

  @Test(
    arguments: [
      ("", []), ("# nothing\n", []), ("every: 0.5", ["--every=0.5"]), ("device: '-'", ["--device=-"]),
      ("denoise: true", ["--denoise"]), ("denoise: false", ["--no-denoise"]), ("stats: false", []),
      ("events: [label, frame]", ["--events=label,frame"]), ("events: label", ["--events=label"]),
      ("output: [jsonl:a, tsv:b]", ["--output=jsonl:a", "--output=tsv:b"]), ("output: jsonl:a", ["--output=jsonl:a"]),
      ("labels: {stressed: [angry, fearful], blue: sad}", ["--labels=angry+fearful=stressed,sad=blue"]),
      (
        "alert: [{label: stressed, hold: 5}, {label: blue, hold: 1.5, gap: 0}, 'x:2']",
        ["--alert=stressed:5", "--alert=blue:1.5:0", "--alert=x:2"]
      ),
      ("smoothing: calm", ["--smoothing=calm"]),
      ("smoothing: {preset: calm, dwell: 3}", ["--smoothing=preset=calm,dwell=3"]),
      ("priors: neutral=4", ["--priors=neutral=4"]),
      ("priors: {neutral: 4, calm: 2}", ["--priors=neutral=4,calm=2"]),
      ("onAlert: |\n  echo a\n  echo b\n", ["--on-alert=echo a\necho b\n"]),
    ] as [(String, [String])])
  func keysBecomeOptions(yaml: String, expected: [String]) throws {
    #expect(try arguments(yaml) == expected)
  }

  @Test(
    arguments: [
      ("evry: 1", "evry", "did you mean 'every'?"), ("on-alert: x", "on-alert", "did you mean 'onAlert'?"),
      ("recognizer: {}", "recognizer", "there are device, "), ("- a", "the file", "keys with values"),
      ("denoise: maybe", "denoise", "true or false, not maybe"), ("every: [1, 2]", "every", "one value"),
      ("every:", "every", "leave the key out"), ("labels: {x: {}}", "labels", "stressed: [angry, fearful]"),
      ("alert: [{label: x, holds: 5}]", "alert.holds", "did you mean 'hold'?"),
      ("alert: [{label: x}]", "alert", "hold"), ("smoothing: {dwell: [1]}", "smoothing", "{preset: calm, dwell: 3}"),
      ("priors: {neutral: [4]}", "priors", "{neutral: 4}"), ("output: {a: b}", "output", "a list"),
      ("every: 1\nevery: 2", "", ""),
    ])
  func whatMeansNothingIsRefused(yaml: String, key: String, words: String) {
    let error = #expect(throws: (any Error).self) { try arguments(yaml) }
    guard let error = error as? ConfigurationError else {
      #expect(key == "", "\(error!)")
      return
    }
    #expect(key == "" || error.key == key)
    #expect(error.message.contains(words), "\(error)")
  }

  private func settings(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Settings? {
    try Settings(arguments, environment: environment)
  }

  @Test func optionsComeBeforeTheEnvironment() throws {
    let variables = ["SER_LIVE_EVERY": "2", "SER_LIVE_DENOISE": "no", "SER_LIVE_JOBS": "3", "SER_LIVE_MODEL": ""]
    let live = try #require(try settings(["live", "--every", "1", "--stats"], variables))
    #expect(live.arguments == ["live", "--no-denoise", "--every", "1", "--stats"], "jobs are for file only")
    let equal = try #require(try settings(["--every=1", "--denoise"], variables))
    #expect(equal.arguments == ["live", "--every=1", "--denoise"])
    let file = try #require(try settings(["file", "x"], variables))
    #expect(file.arguments == ["file", "--every=2", "--no-denoise", "--jobs=3", "x"])
    #expect(try #require(try settings(["file", "--", "--every"], ["SER_LIVE_EVERY": "2"])).arguments[1] == "--every=2")
    #expect(throws: OperationError.self) { try settings(["live"], ["SER_LIVE_DENOISE": "maybe"]) }
  }

  @Test(
    arguments: [
      ["--help"], ["live", "--help"], ["--version"], ["help"], ["sing"],
      ["--generate-completion-script", "bash"],
    ])
  func otherCommandsHaveNone(arguments: [String]) throws {
    #expect(try settings(arguments, ["SER_LIVE_EVERY": "2"]) == nil)
  }

  @Test func variablesThatMeanNothingAreSaid() {
    let strays = Settings.strayVariables([
      "SER_LIVE_EVRY": "1", "SER_LIVE_CONFIG": "x", "SER_LIVE_EVERY": "1", "HOME": "",
    ])
    #expect(strays == ["unknown variable SER_LIVE_EVRY; did you mean 'SER_LIVE_EVERY'?"])
  }

  @Test func whatIsPrintedSetsTheSame() throws {
    let given = ["live", "--on-alert", "say \"a: b\" \\ # 'c'\n", "--alert", "x:1", "--denoise", "--model", "no"]
    let printed = try #require(try settings(given + ["--print-config"])).yaml
    #expect(
      try Set(arguments(printed)).isSuperset(
        of: ["--on-alert=\(given[2])", "--alert=x:1", "--denoise", "--model=no", "--format=text"]))
  }

  @Test(
    arguments: [
      ("device", ["live", "check", "calibrate"]), ("period", ["live", "check", "calibrate"]),
      ("output", ["live", "file"]), ("record", ["live"]), ("jobs", ["file", "features"]),
      ("profile", ["live", "file", "evaluate", "adapt"]), ("format", ["live", "file", "devices", "check", "bench"]),
      ("model", ["live", "file", "check", "plot", "evaluate", "calibrate", "adapt", "compress", "bench"]),
    ] as [(String, Set<String>)])
  func everyCommandWithTheOptionHasTheSetting(option: String, commands: Set<String>) throws {
    let setting = try #require(Setting.all.first { $0.option == option })
    #expect(Set(setting.commands).isSuperset(of: commands))
    // Others may get the option; those that mean something else by it never take the variable.
    if ["output", "format", "record"].contains(option) { #expect(Set(setting.commands) == commands) }
  }

  @Test func commandsTakeTheVariablesOfTheirOptions() throws {
    let variables = [
      "SER_LIVE_DEVICE": "other", "SER_LIVE_MODEL": "m", "SER_LIVE_FORMAT": "emotionml", "SER_LIVE_EVERY": "2",
      "SER_LIVE_OUTPUT": "jsonl:x",
    ]
    func all(_ given: String...) throws -> [String] { try #require(try settings(given, variables)).arguments }
    #expect(try all("check") == ["check", "--device=other", "--model=m"])
    #expect(try all("check", "--device", "mine") == ["check", "--model=m", "--device", "mine"])
    #expect(try all("calibrate", "--output", "x") == ["calibrate", "--device=other", "--model=m", "--output", "x"])
    #expect(try all("train", "--config", "x", "--output", "y") == ["train", "--config", "x", "--output", "y"])
    #expect(try all("evaluate", "--data", "x") == ["evaluate", "--model=m", "--data", "x"])
    #expect(try all("devices") == ["devices"])
    #expect(
      try #require(try settings(["check"], ["SER_LIVE_FORMAT": "jsonl"])).arguments == ["check", "--format=jsonl"])
    // What no command allows is refused where it is read.
    #expect(try #require(try settings(["check"], ["SER_LIVE_FORMAT": "xml"])).arguments == ["check", "--format=xml"])
  }
}
