import Foundation
import TestSupport
import Testing

@Suite("ser-live model", .timeLimit(.minutes(1)))
struct ModelTests {
  private static let builtIn = Program.root.appending(path: "Sources/CLibs/CDefaultModel/default.safetensors").path

  @Test("The built-in model in a table for people, which says what the file says")
  func text() throws {
    let outcome = try Program.run("model")
    #expect(outcome.ending == .exited(0) && outcome.errors == "")
    for words in [
      "neutral (prior × 1.5), calm, happy", "RAVDESS", "CC BY-NC-SA", "one every 40 ms from 80 ms", "68: mfcc (40)",
    ] {
      #expect(outcome.output.contains(words), "\(words)")
    }
    let file = try Program.run("model", Self.builtIn)
    #expect(file.output.split(separator: "\n").dropFirst() == outcome.output.split(separator: "\n").dropFirst())
  }

  @Test("The same for programs, with sums that add up")
  func json() throws {
    let outcome = try Program.run("model", Self.builtIn, "--format", "json")
    #expect(outcome.ending == .exited(0) && outcome.errors == "")
    let report = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(report["model"] as? String == Self.builtIn)
    #expect((report["emotions"] as? [String])?.count == 8)
    #expect(report["priors"] as? [String: Double] == ["neutral": 1.5])
    let networks = try #require(report["networks"] as? [[String: Any]])
    #expect(networks.map { $0["name"] as? String } == ["lstm", "cnn", "tdnn", "mlp", "functionals", "gender"])
    for network in networks {
      let layers = try #require(network["layers"] as? [[String: Any]])
      for key in ["parameters", "multiply_adds_per_hop"] {
        let sum = layers.reduce(0) { $0 + ($1[key] as? Int ?? .min / 2) }
        #expect(network[key] as? Int == sum, "\(key)")
      }
      #expect(layers.last?["output"] as? String == (network["target"] as? String == "gender" ? "1 × 2" : "1 × 8"))
    }
    // Counted by hand: LSTM 68 and its bias, batch norm, LSTM 96 and its bias, attention, batch norm, dense.
    let lstm = 4 * 68 * (68 + 68 + 1) + 4 * 68 + 4 * 96 * (68 + 96 + 1) + 96 + 4 * 192 + 8 * 193
    #expect(networks[0]["parameters"] as? Int == lstm)
  }

  @Test("A file that is no model")
  func noModel() throws {
    let outcome = try Program.run("model", Program.angry)
    #expect(outcome.ending == .exited(65) && outcome.errors.contains("safetensors"))
    #expect(try Program.run("model", "/no/such.safetensors").ending == .exited(66))
  }
}
