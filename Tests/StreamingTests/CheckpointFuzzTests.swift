import Foundation
import Models
import TestSupport
import Testing

@testable import Streaming

/// Whatever is read as a checkpoint either is one that can hear, or is refused with one sentence.
@Suite struct CheckpointFuzzTests {
  /// `SER_FUZZ_MUTATIONS` asks for more; `scripts/fuzz` does, under AddressSanitizer.
  static let mutations = ProcessInfo.processInfo.environment["SER_FUZZ_MUTATIONS"].flatMap { Int($0) } ?? 3000

  private func load(_ bytes: [UInt8]) throws(CheckpointError) -> Recognizer {
    try Recognizer(SafeTensors(bytes.span, name: "tried"), name: "tried")
  }

  /// One line that names the file and says something.
  private func isSentence(_ error: any Error) -> Bool {
    let text = "\(error)"
    return text.hasPrefix("tried") && 15...1100 ~= text.count && !text.contains { $0.isNewline }
  }

  /// Lets a recognizer hear a little; every probability must be one.
  private func hear(_ recognizer: Recognizer, through frontEnd: Bool) throws {
    for network in recognizer.folded {
      var state = network.makeState()
      var probabilities = [Float](repeating: .nan, count: network.labelCount)
      for value: Float in [0, 8, -8, 1] {
        let row = [Float](repeating: value, count: recognizer.width)
        network.step(row.span, &state, into: &probabilities)
        #expect(probabilities.allSatisfy { 0...1 ~= $0 })
        #expect(abs(probabilities.reduce(0, +) - 1) < 1e-4)
      }
    }
    guard frontEnd else { return }
    var pipeline = try Pipeline(recognizer, inputRate: 16000)
    let sound = Signals.noise(2400, amplitude: 0.3)
    pipeline.push(sound.span) { _ in }
    pipeline.finish { _ in }
  }

  /// The tiny recognizer with matrices kept as the precision says.
  private func tiny(seed: UInt64, _ precision: WeightPrecision) throws -> Recognizer {
    var recognizer = try Recognizers.tiny(seed: seed)
    if precision == .int8 { recognizer.replaceNetworks(recognizer.networks.map { $0.simplified.quantized() }) }
    return recognizer
  }

  @Test(arguments: WeightPrecision.allCases) func damagedFilesAreRefusedInOneSentence(_ precision: WeightPrecision)
    throws
  {
    let whole = try tiny(seed: 1, precision)
    let mutations = CheckpointMutations(
      [whole.checkpoint, try tiny(seed: 2, .float).checkpoint, try Recognizers.untrained(seed: 3).checkpoint])
    var refused = 0
    for index in 0..<Self.mutations {
      let bytes = mutations.file(index)
      do throws(CheckpointError) {
        let recognizer = try load(bytes)
        #expect(throws: Never.self, "mutation \(index)") {
          try hear(recognizer, through: recognizer.configuration != whole.configuration)
        }
      } catch {
        #expect(isSentence(error), "mutation \(index): \(error)")
        refused += 1
      }
    }
    // Some are harmless: a bit of a weight, another name of a label, a number that may be so.
    #expect(refused > Self.mutations / 2)
    #expect(refused < Self.mutations)
    #expect(try mostResident() < 2_000_000)
  }

  /// Kilobytes that this process had resident at most.
  private func mostResident() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return try #require(Int(line.filter(\.isNumber)))
  }

  /// The tiny checkpoint with other texts in its configuration.
  private func configured(_ changes: [(String, String)]) throws -> SafeTensors {
    var file = try Recognizers.tiny(seed: 1).checkpoint
    for (old, new) in changes {
      let configuration = try #require(file.metadata["configuration"])
      #expect(configuration.contains(old))
      file.metadata["configuration"] = configuration.replacing(old, with: new)
    }
    return file
  }

  static let gender = #"{"layer":"dense","units":4},{"layer":"tanh"},{"layer":"attention_pooling"},{"layer":"dense"}"#

  static func nested(_ depth: Int) -> String {
    let start = String(repeating: #"{"layer":"residual","body":["#, count: depth)
    return start + #"{"layer":"relu"}"# + String(repeating: "]}", count: depth)
  }

  @Test(
    "What asks for all memory is refused before any is taken",
    arguments: [
      (
        #"{"layer":"dense","units":65536},{"layer":"attention_pooling","window":65536},{"layer":"dense"}"#,
        "state of a stream"
      ),
      (
        #"{"layer":"conv","units":1,"kernel":2,"dilation":65535},{"layer":"attention_pooling"},{"layer":"dense"}"#,
        "shape"
      ),
      (
        #"{"layer":"dense","units":65536},{"layer":"conv","units":1,"kernel":2,"dilation":65535},{"layer":"attention_pooling"}"#,
        "state of a stream"
      ),
      (#"{"layer":"lstm","units":65536},{"layer":"attention_pooling"},{"layer":"dense"}"#, "lacks"),
      (
        #"{"layer":"dense","units":65536},"# + String(repeating: #"{"layer":"relu"},"#, count: 3000)
          + #"{"layer":"attention_pooling"},{"layer":"dense"}"#, "state of a stream"
      ),
      (nested(40), "too deep"), (nested(200), "too deep"), (nested(5000), "cannot be read"),
    ])
  func giantNetworks(_ layers: String, _ words: String) throws {
    let file = try configured([(Self.gender, layers)])
    let error = #expect(throws: CheckpointError.self) { try load(file.encoded()) }
    #expect(error.map { isSentence($0) && $0.description.contains(words) } == true, "\(String(describing: error))")
  }

  private static let nobody = #"{"name":"a","target":"gender","adaptive":true,"layers":[]},"#

  @Test(
    "So is a configuration that does",
    arguments: [
      ([(#""melBands":80"#, #""melBands":524288"#)], "melBands"),
      (
        [
          (#""sampleRate":16000"#, #""sampleRate":384000"#), (#""hopMilliseconds":40"#, #""hopMilliseconds":0.003"#),
          (#""hangOver":0.52"#, #""hangOver":10"#), (#"["level""#, #"["mfcc","level""#),
          (#""fftSize":2048"#, #""fftSize":65536"#),
        ], "gate.hangOver"
      ),
      ([(#""networks":["#, #""networks":["# + String(repeating: nobody, count: 17))], "may be 16"),
    ])
  func giantConfigurations(_ changes: [(String, String)], _ words: String) throws {
    let file = try configured(changes)
    let error = #expect(throws: CheckpointError.self) { try load(file.encoded()) }
    #expect(error.map { isSentence($0) && $0.description.contains(words) } == true, "\(String(describing: error))")
  }
}
