import Capture
import Foundation
import Testing

@testable import ser_live

@Suite("The judgement of a check")
struct CheckReportTests {
  private func report(
    _ amplitude: Float = 0.3, noise: Float = 0.0003, offset: Float = 0, speech: Double = 1.5,
    delivered: Double? = 16_003,
    lost: Int = 0, highPass: Double = 40, raw: Bool = false, samples count: Int = 48_000
  ) -> CheckReport {
    var signal = SignalAnalysis(sampleRate: 16_000)
    // A second of sound, two of noise.
    let samples = (0..<count).map { index in
      max(-1, min(1, offset + (index < 16_000 ? amplitude : noise) * Float(sin(Double(index)))))
    }
    signal.push(samples.span)
    let capture = CaptureStatistics(
      xruns: lost > 0 ? 1 : 0, lostSamples: lost, droppedSamples: 0, disconnections: 0, highWaterMark: 0, capacity: 1)
    return CheckReport(
      device: "desk", nominalRate: 16_000, deliveredRate: delivered, signal: signal, speech: speech,
      highPass: highPass, capture: raw ? nil : capture)
  }

  private func expect(
    _ report: CheckReport, _ verdict: String, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(report.verdict == verdict, sourceLocation: sourceLocation)
    #expect(report.isUsable == (verdict != "unusable"), sourceLocation: sourceLocation)
    let texts = report.findings.map(\.text)
    #expect(texts.count == words.count, "\(texts)", sourceLocation: sourceLocation)
    for (text, words) in zip(texts, words) { #expect(text.contains(words), sourceLocation: sourceLocation) }
  }

  @Test("A good microphone")
  func good() {
    expect(report(), "good")
    expect(report(raw: true), "good")
    expect(report(delivered: nil), "good")
  }

  @Test("Faults that make labels worthless")
  func unusable() {
    expect(report(samples: 0), "unusable", "nothing comes")
    expect(report(raw: true, samples: 0), "unusable", "standard input")
    expect(report(0, noise: 0), "unusable", "same")
    expect(report(delivered: 48_000, raw: true), "unusable", "too low: give the true rate")
    expect(report(delivered: 15_000), "unusable", "15000 samples a second arrive instead of 16000: the sound server")
    expect(report(delivered: 15_000, raw: true), "unusable", "too high: give the true rate")
    expect(report(lost: 5000), "unusable", "5000 samples were lost")
    expect(report(3), "unusable", "full scale")
  }

  @Test("Faults that can be lived with")
  func remarks() {
    expect(report(lost: 100), "usable", "100 samples were lost")
    expect(
      report(offset: 0.05), "usable",
      "offset of 5.0 % of full scale, a fault of the hardware: the model's high-pass removes it")
    expect(report(offset: -0.02), "usable", "offset of -2.0 %")
    expect(report(offset: 0.009), "good")
    expect(
      report(offset: 0.05, highPass: 0), "usable", "this model has no high-pass, so quiet speech is taken for silence")
    expect(report(0.001, noise: 0.00001), "usable", "quiet")
    expect(report(noise: 0.25), "usable", "noise")
    expect(report(speech: 0), "usable", "No speech was detected")
    expect(report(0.0001, noise: 0.00001, speech: 0), "usable", "too quiet")
  }

  @Test("Channels that cancel each other out, that are dead and that differ")
  func channels() throws {
    // Of an exact inversion nothing is left, which must not be taken for a muted microphone.
    var cancelled = report(0, noise: 0)
    cancelled.channelLevels = [-20, -20]
    cancelled.faults = [CaptureWarning(code: .cancelled, sample: 0, message: "the mix is soft; use --channel 1")]
    expect(cancelled, "unusable", "The mix is soft; use --channel 1.")
    var half = report()
    half.channelLevels = [-30.04, SignalAnalysis.lowest]
    expect(half, "usable", "Channel 2 always has the same sample")
    #expect(half.findings[0].text.contains("--channel 1"))
    #expect(half.lines.contains("channels     1: -30.0 dBFS, 2: always the same sample"))
    let object = try #require(try JSONSerialization.jsonObject(with: Data(half.json.bytes)) as? [String: Any])
    #expect(object["channel_levels_db"] as? [Double] == [-30, -150] && object["channel"] == nil)
    var muted = report()
    muted.faults = [CaptureWarning(code: .muted, sample: 0, message: "all samples have been the same for 5 s")]
    expect(muted, "usable", "All samples have been the same")
    var covered = report(speech: 0)
    covered.channelsDiffer = true
    expect(covered, "usable", "--channel each")
    var one = report()
    one.channel = 2
    #expect(one.lines[1] == "channel      2")
  }

  @Test("The report in lines and as an object")
  func forms() throws {
    let report = report(lost: 100)
    #expect(report.lines[0] == "device       desk")
    #expect(report.lines.contains("rate         16003 Hz delivered, 16000 Hz nominal (+0.02 %)"))
    #expect(report.lines.contains("speech       1.5 s of 3.0 s"))
    #expect(report.lines.contains("verdict      usable"))
    #expect(report.lines.last?.hasPrefix("  100 samples") == true)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(report.json.bytes)) as? [String: Any])
    #expect(object["type"] as? String == "check" && object["verdict"] as? String == "usable")
    #expect(object["lost"] as? Int == 100 && (object["findings"] as? [String])?.count == 1)
    #expect(object["delivered_rate"] as? Double == 16_003)
  }
}
