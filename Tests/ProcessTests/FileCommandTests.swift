import CSndfile
import Foundation
import Testing

@Suite("ser-live file", .timeLimit(.minutes(2)))
struct FileCommandTests {
  @Test("Every line is a JSON object of the documented keys, in the order of time", arguments: [false, true])
  func events(frames: Bool) throws {
    let outcome =
      frames
      ? try Program.run("file", Program.angry, "--format", "jsonl", "--every", "0.1")
      : try Program.run("file", Program.angry, "--format", "jsonl")
    #expect(outcome.ending == .exited(0))
    #expect(outcome.errors == "")
    let events = try outcome.events()
    for event in events {
      #expect(event.keys == Event.keys[event.type], "\(event.line)")
      let probabilities = event.probabilities
      #expect(Set(probabilities.keys) == Event.emotions, "\(event.line)")
      let sum = probabilities.values.reduce(0, +)
      // Eight numbers rounded to four decimals.
      #expect(abs(sum - 1) < 5e-4 || event.label == "silence" && sum == 0, "\(event.line)")
      #expect(Event.emotions.union(["silence", "uncertain"]).contains(event.label))
    }
    for type in ["label", "frame"] {
      let times = events.filter { $0.type == type }.compactMap { $0["time"] as Double? }
      #expect(times == times.sorted() && Set(times).count == times.count)
    }
    let labels = events.filter { $0.type == "label" }
    #expect(labels.count >= 2)
    for (one, next) in zip(labels, labels.dropFirst()) { #expect(next["previous"] == one.label) }
    #expect(labels.first?["previous"] == "silence" && labels.last?.label == "silence")
    #expect(events.count { $0.type == "frame" } == (frames ? 33 : 0))

    let utterance = try #require(events.first { $0.type == "utterance" })
    let (start, end) = try (#require(utterance["start"] as Double?), #require(utterance["end"] as Double?))
    #expect(0.5 < start && start < end && end < 3.4)
    #expect(Set((utterance["gender"] as [String: Double]? ?? [:]).keys) == ["female", "male"])

    let verdict = try #require(events.last)
    #expect(verdict.type == "file")
    #expect(verdict["path"] == Program.angry)
    #expect(verdict["duration"] == 3.403)
    #expect(abs(try #require(verdict["speech"] as Double?) - (end - start)) < 0.002)
    #expect(verdict.label == "angry")
    #expect(verdict["confidence"] == verdict.probabilities["angry"])
  }

  @Test("Each recording is a session of its own")
  func several() throws {
    let both = try Program.run("file", Program.angry, Program.sad, "--format", "jsonl")
    let first = try Program.run("file", Program.angry, "--format", "jsonl")
    let second = try Program.run("file", Program.sad, "--format", "jsonl")
    #expect(both.output == first.output + second.output)
    #expect(first.output != second.output && !first.output.isEmpty)
  }

  @Test("A recording has the same label in whatever form it comes")
  func forms() throws {
    try withTemporaryFolder { folder in
      let original = try Recording(path: Program.angry)
      struct Form {
        var name: String
        var format: Int
        var rate = 48_000
        var channels = 1
        var isFaithful = true
      }
      let forms = [
        Form(name: "16.wav", format: SF_FORMAT_WAV | SF_FORMAT_PCM_16),
        Form(name: "24.wav", format: SF_FORMAT_WAV | SF_FORMAT_PCM_24),
        Form(name: "float.wav", format: SF_FORMAT_WAV | SF_FORMAT_FLOAT),
        Form(name: "stereo.wav", format: SF_FORMAT_WAV | SF_FORMAT_PCM_16, channels: 2),
        Form(name: "16k.wav", format: SF_FORMAT_WAV | SF_FORMAT_PCM_16, rate: 16_000),
        Form(name: "44k.flac", format: SF_FORMAT_FLAC | SF_FORMAT_PCM_16, rate: 44_100),
        Form(name: "96k.flac", format: SF_FORMAT_FLAC | SF_FORMAT_PCM_24, rate: 96_000, channels: 2),
        Form(name: "vorbis.ogg", format: SF_FORMAT_OGG | SF_FORMAT_VORBIS, isFaithful: false),
        Form(name: "opus.ogg", format: SF_FORMAT_OGG | SF_FORMAT_OPUS, isFaithful: false),
        Form(name: "8k.wav", format: SF_FORMAT_WAV | SF_FORMAT_PCM_16, rate: 8000, isFaithful: false),
      ]
      for form in forms {
        let recording = form.rate == original.rate ? original : try original.resampled(to: form.rate)
        let url = folder.appending(path: form.name)
        recording.write(url, format: form.format, channels: form.channels)
        let outcome = try Program.run("file", url.path, "--format", "jsonl")
        #expect(outcome.ending == .exited(0) && outcome.errors == "", "\(form.name)")
        let verdict = try #require(outcome.events().last)
        #expect(verdict.type == "file", "\(form.name)")
        // Frames of lossy coders are padded.
        #expect(abs(try #require(verdict["duration"] as Double?) - 3.403) < 0.05, "\(form.name)")
        #expect(Event.emotions.contains(verdict.label), "\(form.name)")
        if form.isFaithful { #expect(verdict.label == "angry", "\(form.name)") }
      }
    }
  }

  @Test("--realtime takes as long as the recording and says the same")
  func realTime() throws {
    let begin = ContinuousClock.now
    let paced = try Program.run("file", Program.angry, "--format", "jsonl", "--realtime")
    let duration = ContinuousClock.now - begin
    #expect(duration > .seconds(3.3) && duration < .seconds(5))
    #expect(try paced.output == Program.run("file", Program.angry, "--format", "jsonl").output)
  }

  @Test("Text on a pipe is plain lines")
  func text() throws {
    let outcome = try Program.run("file", Program.angry)
    #expect(outcome.ending == .exited(0) && outcome.errors == "")
    #expect(!outcome.output.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    #expect(outcome.output.contains("angry.flac: angry 0."))
  }
}
