import FoundationEssentials
import Models
import Streaming

/// The properties of a model. Encoded, they are the output of `ser-live model --format json`.
struct ModelReport: Encodable {
  var model: String
  var version: String
  var licence: String
  var seed: UInt64
  var corpora: [String]
  var trainingSpeakers: [String]
  var validationSpeakers: [String]
  var heldOutSpeakers: [String]
  /// nil of a model that was not adapted.
  var adaptation: Provenance.Adaptation?
  var emotions: [String]
  /// Class priors by emotion; 1 for those that are missing.
  var priors: [String: Float]
  var genders: [String]
  var frontEnd: FrontEnd
  var features: [Feature]
  var networks: [Network]

  struct FrontEnd: Encodable {
    var sampleRate: Int
    var windowMilliseconds: Double
    var hopMilliseconds: Double
    var fftSize: Int
  }

  struct Feature: Encodable {
    var name: String
    var columns: Int
  }

  /// Costs are those of one stream; nil for a non-streaming network.
  struct Network: Encodable {
    var name: String
    var target: String
    /// Whether its rows are normalised with session statistics.
    var adaptive: Bool
    /// The precision of its matrices.
    var precision: String
    var temperature: Float
    var layers: [Layer]
    var parameters: Int
    var multiplyAddsPerHop: Int?
    var stateBytes: Int?
  }

  struct Layer: Encodable {
    var path: String
    var layer: String
    var depth: Int
    /// Such as `n × 64`.
    var output: String
    var parameters: Int
    var multiplyAddsPerHop: Int?
    var stateBytes: Int?
  }

  /// - Parameter name: of the model.
  init(_ recognizer: Recognizer, name: String) {
    let provenance = recognizer.provenance
    let geometry = recognizer.configuration.frontEnd
    model = name
    version = provenance.version
    licence = provenance.licence
    seed = provenance.seed
    corpora = provenance.corpora
    trainingSpeakers = provenance.trainingSpeakers
    validationSpeakers = provenance.validationSpeakers
    heldOutSpeakers = provenance.heldOutSpeakers
    adaptation = provenance.adaptation
    emotions = recognizer.labels.emotions
    priors = recognizer.configuration.priors.factors
    genders = recognizer.labels.genders
    frontEnd = FrontEnd(
      sampleRate: geometry.sampleRate, windowMilliseconds: geometry.windowMilliseconds,
      hopMilliseconds: geometry.hopMilliseconds, fftSize: geometry.fftSize)
    features = FeatureLayout(geometry).blocks.map {
      Feature(name: $0.feature.rawValue, columns: $0.columns.count)
    }
    networks = recognizer.networks.map { network in
      Network(
        name: network.configuration.name, target: network.configuration.target.rawValue,
        adaptive: network.configuration.adaptive, precision: network.configuration.precision.rawValue,
        temperature: network.temperature,
        layers: network.summary.map {
          Layer(
            path: $0.path, layer: $0.name, depth: $0.depth, output: $0.output.description, parameters: $0.parameters,
            multiplyAddsPerHop: $0.multiplyAdds, stateBytes: $0.stateBytes)
        },
        parameters: network.weights.count, multiplyAddsPerHop: network.stepMultiplyAdds,
        stateBytes: network.stateBytes)
    }
  }

  /// As JSON.
  var json: String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Strings, booleans and finite numbers always encode.
    return String(decoding: try! encoder.encode(self), as: UTF8.self)
  }

  /// As text.
  var lines: [String] {
    func line(_ name: String, _ value: String) -> String { (name.padded(to: 14) + value).printable }
    func expected(_ emotion: String) -> String {
      priors[emotion].map { "\(emotion) (prior × \($0.decimals(3, trimmed: true)))" } ?? emotion
    }
    func speakers(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
    let hop = frontEnd.hopMilliseconds.decimals(1, trimmed: true)
    let window = frontEnd.windowMilliseconds.decimals(1, trimmed: true)
    let columns = features.map { $0.columns == 1 ? $0.name : "\($0.name) (\($0.columns))" }.joined(separator: ", ")
    var lines = [
      line("model", model), line("version", version), line("corpora", speakers(corpora)),
      line("trained on", speakers(trainingSpeakers)), line("validated on", speakers(validationSpeakers)),
      line("held out", speakers(heldOutSpeakers)), line("licence", licence), line("seed", String(seed)),
      line("emotions", emotions.map(expected).joined(separator: ", ")),
      line("genders", genders.joined(separator: ", ")),
      line("frames", "one every \(hop) ms from \(window) ms of sound at \(frontEnd.sampleRate) Hz"),
      line("columns", "\(features.reduce(0) { $0 + $1.columns }): \(columns)"),
    ]
    if let adaptation {
      let names = speakers(adaptation.speakers)
      lines.append(line("adapted to", "\(adaptation.clips) clips of \(names) (\(speakers(adaptation.corpora)))"))
    }
    for network in networks { lines += [""] + network.lines }
    return lines
  }
}

extension ModelReport.Network {
  /// A table with totals.
  var lines: [String] {
    func text(_ number: Int?) -> String { number.map(String.init) ?? "–" }
    var table = [["layer", "output", "parameters", "multiply-adds", "state"]]
    table += layers.map {
      [
        String(repeating: "  ", count: $0.depth) + $0.layer, $0.output, text($0.parameters),
        text($0.multiplyAddsPerHop), text($0.stateBytes),
      ]
    }
    table.append(["total", "", text(parameters), text(multiplyAddsPerHop), text(stateBytes)])
    let widths = (0..<5).map { column in table.reduce(0) { max($0, $1[column].count) } }
    let rows = adaptive ? "input normalised to the session's voice" : "input normalised by stored statistics"
    let matrices = precision == WeightPrecision.float.rawValue ? "" : "; \(precision) weights"
    return ["network '\(name)' predicts \(target); \(rows)\(matrices)"]
      + table.map { row in
        "  "
          + row.enumerated().map { column, cell in
            column == 0 ? cell.padded(to: widths[0]) : cell.leftPadded(to: widths[column] + 2)
          }.joined()
      }
  }
}
