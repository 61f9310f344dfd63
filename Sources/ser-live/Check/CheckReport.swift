import Capture

/// The result of a device check, with remedies.
struct CheckReport {
  /// The checked input, human-readable.
  var device: String
  /// Stated samples per second.
  var nominalRate: Int
  /// Measured samples per second; nil where the measurement is meaningless.
  var deliveredRate: Double?
  var signal: SignalAnalysis
  /// Seconds of speech.
  var speech: Double
  /// Cutoff of the model's high-pass, in Hz; 0 where it has none.
  var highPass: Double
  /// nil for raw input.
  var capture: CaptureStatistics?
  /// The checked channel, from 1; nil where channels are not separate.
  var channel: Int?
  /// RMS of each mixed channel, in dB below full scale; empty where there is only one.
  var channelLevels: [Double] = []
  /// Whether the mixed channels differ, so that one may mask another.
  var channelsDiffer = false
  /// Faults of the channels during the check.
  var faults: [CaptureWarning] = []

  /// A finding for the user.
  struct Finding: Equatable {
    /// Whether labels of such a signal are unreliable.
    var isFatal: Bool
    /// One sentence with the fault and its remedy.
    var text: String
  }

  private var isRaw: Bool { capture == nil }
  private var seconds: Double { Double(signal.count) / Double(nominalRate) }
  private var missing: Int { (capture?.lostSamples ?? 0) + (capture?.droppedSamples ?? 0) }

  var findings: [Finding] {
    if signal.count == 0 {
      return [
        Finding(
          isFatal: true,
          text: isRaw
            ? "Nothing came on standard input: check the program before the pipe."
            : "The device is open, but nothing comes from it: restart the sound server, or choose another device.")
      ]
    }
    if let fault = faults.first(where: { $0.code == .cancelled }) {
      // Other findings about such a mix would not describe the sound.
      return [Finding(isFatal: true, text: Self.sentence(fault.message))]
    }
    if signal.isDead {
      return [
        Finding(
          isFatal: true,
          text: """
            All samples are the same: switch the microphone on and unmute it (`alsamixer`, key F4, or the sound \
            settings), or choose another device.
            """)
      ]
    }
    var findings = faults.filter { $0.code == .muted }.map {
      Finding(isFatal: false, text: Self.sentence($0.message))
    }
    let dead = channelLevels.indices.filter { channelLevels[$0] <= SignalAnalysis.lowest }
    if !dead.isEmpty, let best = channelLevels.indices.max(by: { channelLevels[$0] < channelLevels[$1] }) {
      let names = "Channel\(dead.count > 1 ? "s" : "") \(dead.map { String($0 + 1) }.joined(separator: ", "))"
      findings.append(
        Finding(
          isFatal: false,
          text: "\(names) always \(dead.count > 1 ? "have" : "has") the same sample and makes the mix softer: use "
            + "--channel \(best + 1)."))
    }
    if let rate = deliveredRate, abs(rate / Double(nominalRate) - 1) > 0.02 {
      findings.append(
        Finding(
          isFatal: true,
          text: "\(rate.decimals(0)) samples a second arrive instead of \(nominalRate)"
            + (isRaw
              ? ", so all sounds are too \(rate > Double(nominalRate) ? "low" : "high"): give the true rate and "
                + "number of channels with --rate and --channels."
              : ": the sound server loses some, or the clock of the device is wrong; restart the server, or choose "
                + "another device.")))
    }
    if missing > 0 {
      findings.append(
        Finding(
          isFatal: missing * 100 > signal.count,
          text: "\(missing) samples were lost: close busy programs, allow real-time priority "
            + "(docs/capture.md), or give a larger --buffer, such as 500."))
    }
    if signal.clipped > 0 {
      findings.append(
        Finding(
          isFatal: signal.clipped * 100 > signal.count,
          text: "\(signal.clipped) samples are at full scale, so loud speech is distorted: turn the input gain down "
            + "(`alsamixer`, key F4), or keep a greater distance."))
    }
    if abs(signal.offset) > 0.01 {
      findings.append(
        Finding(
          isFatal: false,
          text:
            "The signal has a constant offset of \((100 * signal.offset).decimals(1)) % of full scale, a fault of the hardware: "
            + (highPass > 0
              ? "the model's high-pass removes it, but loud speech clips sooner."
              : "this model has no high-pass, so quiet speech is taken for silence; use the built-in model or train yours again.")
        ))
    }
    // A distorted signal carries no information about the voice.
    guard signal.clipped * 100 <= signal.count else { return findings }
    if speech < 0.3 {
      findings.append(
        Finding(
          isFatal: false,
          text: "No speech was detected. If nobody spoke, run this again and speak; otherwise "
            + (signal.level < -50
              ? "it is too quiet: turn the input gain up, or choose another device."
              : channelsDiffer
                ? "noise or another channel masks it: move closer to the microphone, or process the channels "
                  + "separately with --channel each." : "noise masks it: move closer to the microphone.")))
    } else if signal.level - signal.noiseFloor < 10 {
      findings.append(
        Finding(
          isFatal: false,
          text: "The noise is nearly as loud as the speech: move closer to the microphone, or reduce the noise."))
    } else if signal.level < -50 {
      findings.append(
        Finding(
          isFatal: false, text: "The speech is quiet: turn the input gain up, or move closer to the microphone."))
    }
    return findings
  }

  /// Whether the signal of the device is usable.
  var isUsable: Bool { !findings.contains { $0.isFatal } }

  /// The result in a few words.
  var verdict: String { !isUsable ? "unusable" : findings.isEmpty ? "good" : "usable" }

  /// The report as text.
  var lines: [String] {
    var lines = [Self.line("device", device)]
    if let channel { lines.append(Self.line("channel", String(channel))) }
    if signal.count > 0 {
      lines.append(
        Self.line("level", "\(signal.level.decimals(1)) dBFS (RMS), peak \(signal.peakLevel.decimals(1)) dBFS"))
      if !channelLevels.isEmpty {
        let levels = channelLevels.enumerated().map { index, level in
          "\(index + 1): \(level > SignalAnalysis.lowest ? "\(level.decimals(1)) dBFS" : "always the same sample")"
        }
        lines.append(Self.line("channels", levels.joined(separator: ", ")))
      }
      lines.append(
        Self.line("clipping", signal.clipped == 0 ? "none" : "\(signal.clipped) of \(signal.count) samples"))
      lines.append(
        Self.line(
          "noise floor",
          signal.noiseFloor > SignalAnalysis.lowest ? "\(signal.noiseFloor.decimals(1)) dBFS" : "digital silence"))
      lines.append(Self.line("DC offset", "\((100 * signal.offset).decimals(2)) % of full scale"))
      lines.append(Self.line("rate", rate))
    }
    if let capture {
      lines.append(
        Self.line(
          "lost", "\(missing) samples, in \(capture.xruns) xruns and \(capture.disconnections) disconnections"))
    }
    lines.append(Self.line("speech", "\(speech.decimals(1)) s of \(seconds.decimals(1)) s"))
    lines.append(Self.line("verdict", verdict))
    return lines + findings.map { "  \($0.text)" }
  }

  private var rate: String {
    guard let deliveredRate else { return "\(nominalRate) Hz, not measured" }
    let deviation = 100 * (deliveredRate / Double(nominalRate) - 1)
    return "\(deliveredRate.decimals(0)) Hz delivered, \(nominalRate) Hz nominal "
      + "(\(deviation > 0 ? "+" : "")\(deviation.decimals(2)) %)"
  }

  /// Turns words into a sentence.
  private static func sentence(_ words: String) -> String { words.prefix(1).uppercased() + words.dropFirst() + "." }

  private static func line(_ name: String, _ value: String) -> String { name.padded(to: 13) + value.printable }

  /// The report as JSON.
  var json: JSONLine {
    var line = JSONLine(type: "check")
    line.add("device", device)
    if let channel { line.add("channel", channel) }
    line.add("verdict", verdict)
    line.add("duration", seconds, decimals: 3)
    line.add("speech", speech, decimals: 3)
    line.add("level_db", signal.level, decimals: 1)
    if !channelLevels.isEmpty { line.add("channel_levels_db", channelLevels, decimals: 1) }
    line.add("peak_db", signal.peakLevel, decimals: 1)
    line.add("noise_floor_db", signal.noiseFloor, decimals: 1)
    line.add("offset", signal.offset, decimals: 5)
    line.add("clipped", signal.clipped)
    line.add("rate", nominalRate)
    line.add("delivered_rate", deliveredRate ?? .nan, decimals: 1)
    if let capture {
      line.add("xruns", capture.xruns)
      line.add("lost", capture.lostSamples)
      line.add("dropped", capture.droppedSamples)
      line.add("disconnections", capture.disconnections)
    }
    line.add("findings", findings.map(\.text))
    return line
  }
}
