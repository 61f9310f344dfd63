import Support
import Training

/// Results of long recordings as text.
extension StreamScores {
  /// The ways to derive a clip's emotion.
  private var recognitions: [(String, Recognition)] {
    [
      ("stable label, settled", settled), ("stable label, longest", longest), ("utterances in the stream", verdict),
      ("each clip alone", alone),
    ]
  }

  private var figures: [(String, String)] {
    [
      ("onset of speech to the first correct label, median", delay.map { "\($0.median.decimals(2)) s" } ?? "–"),
      ("… 90th percentile", delay.map { "\($0.percentile90.decimals(2)) s" } ?? "–"),
      ("label changes per clip", changes.decimals(2)), ("… to an emotion", namings.decimals(2)),
      ("emotion reported in a minute of silence", "\(emotionInSilence.decimals(2)) s"),
      ("`uncertain` in a minute of silence", "\(uncertainInSilence.decimals(2)) s"),
    ]
  }

  /// Description of the recordings.
  private var conditions: String {
    let pauses = "pauses of 1 to 3 s"
    guard let noise = settings.noise else { return "\(pauses), half of them silent, half with a room's low noise" }
    let name = settings.recordings ?? "\(noise.rawValue) noise"
    return "\(pauses), and throughout \(name) at \(settings.snr.decimals(1, trimmed: true)) dB SNR"
  }

  /// The lines of standard output.
  var lines: [String] {
    var lines = ["long recordings: \(clips) clips in \((seconds / 60).decimals(1)) minutes; \(conditions)"]
    let width = recognitions.reduce(0) { max($0, $1.0.count) }
    lines += recognitions.map { name, recognition in
      "\(name.padded(to: width))  UAR \(ScoreText.percent(recognition.unweightedAverageRecall))"
        + "  accuracy \(ScoreText.percent(recognition.accuracy))"
        + (recognition.none > 0 ? "  none in \(recognition.none)" : "")
    }
    let figureWidth = figures.reduce(0) { max($0, $1.0.count) }
    return lines + figures.map { "\($0.0.padded(to: figureWidth))  \($0.1)" }
  }

  /// A section of a report.
  var markdown: [String] {
    var lines = ["", "## Long recordings", ""]
    lines.append(
      "The clips of each speaker joined to one recording, \((seconds / 60).decimals(1)) minutes in all, in an order drawn by "
        + "the seed \(settings.seed), and run through the whole pipeline, as live; \(conditions).")
    lines.append("")
    lines += Markdown.table(
      ["prediction for a clip", "UAR", "accuracy", "none"],
      recognitions.map { name, recognition in
        [
          name, ScoreText.percent(recognition.unweightedAverageRecall), ScoreText.percent(recognition.accuracy),
          String(recognition.none),
        ]
      })
    lines.append("")
    lines += Markdown.table(["", ""], figures.map { [$0.0, $0.1] })
    let smoother = smoother
    lines += [
      "",
      "Smoother: timeConstant \(smoother.timeConstant) s, onset \(smoother.onset) s, dwell \(smoother.dwell) s, margin "
        + "\(smoother.margin), threshold \(smoother.threshold), release \(smoother.release).",
    ]
    return lines
  }
}

/// The results of each clip in long recordings, as comma-separated values.
enum StreamTable {
  /// A header line, then a line for each clip, in playing order. Missing and unknown values are empty.
  static func csv(_ test: StreamTest, _ corpus: Corpus) -> String {
    let emotions = corpus.labels.emotions
    func name(_ emotion: Int?) -> String { emotion.map { emotions[$0] } ?? "" }
    let header = [
      "path", "speaker", "emotion", "begin", "onset", "settled", "longest", "utterances", "alone", "delay", "changes",
      "namings",
    ]
    let rows = test.clips.map { clip in
      [
        clip.path.legible, clip.speaker, name(clip.emotion), clip.begin.decimals(3), clip.onset?.decimals(3) ?? "",
        name(clip.settled), name(clip.longest), name(clip.verdict), name(clip.alone), clip.delay?.decimals(3) ?? "",
        String(clip.changes), String(clip.namings),
      ]
    }
    return ([header] + rows).map(PredictionTable.line).joined()
  }
}
