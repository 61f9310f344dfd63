import FoundationEssentials
import Testing

@testable import Models

@Suite("Layers in a configuration")
struct LayerConfigurationTests {
  private func decode(_ json: String) throws -> LayerConfiguration {
    try JSONDecoder().decode(LayerConfiguration.self, from: Data(json.utf8))
  }

  static let written: [(String, LayerConfiguration)] = [
    (#"{"layer":"dense"}"#, .dense(units: nil)),
    (#"{"layer":"dense","units":7}"#, .dense(units: 7)),
    (#"{"layer":"conv","units":4}"#, .conv(units: 4, kernel: 3)),
    (#"{"layer":"conv","units":4,"kernel":5,"dilation":2}"#, .conv(units: 4, kernel: 5, dilation: 2)),
    (
      #"{"layer":"conv","units":4,"kernel":5,"stride":3,"padding":"same"}"#,
      .conv(units: 4, kernel: 5, stride: 3, padding: .same)
    ),
    (#"{"layer":"lstm","units":3}"#, .lstm(units: 3)),
    (#"{"layer":"gru","units":3}"#, .gru(units: 3)),
    (#"{"layer":"self_attention","units":3}"#, .selfAttention(units: 3, window: nil)),
    (#"{"layer":"self_attention","units":3,"window":9}"#, .selfAttention(units: 3, window: 9)),
    (#"{"layer":"batch_norm"}"#, .batchNorm),
    (#"{"layer":"layer_norm"}"#, .layerNorm),
    (#"{"layer":"dropout","rate":0.25}"#, .dropout(rate: 0.25)),
    (#"{"layer":"spatial_dropout","rate":0.25}"#, .spatialDropout(rate: 0.25)),
    (#"{"layer":"relu"}"#, .activation(.relu)),
    (#"{"layer":"gelu"}"#, .activation(.gelu)),
    (#"{"layer":"sigmoid"}"#, .activation(.sigmoid)),
    (#"{"layer":"tanh"}"#, .activation(.tanh)),
    (#"{"layer":"softmax"}"#, .softmax),
    (#"{"layer":"max_pooling","size":8}"#, .pooling(.max, size: 8)),
    (
      #"{"layer":"average_pooling","size":8,"stride":4,"padding":"valid"}"#,
      .pooling(.average, size: 8, stride: 4, padding: .valid)
    ),
    (#"{"layer":"attention_pooling"}"#, .attentionPooling(window: nil)),
    (#"{"layer":"attention_pooling","window":75}"#, .attentionPooling(window: 75)),
    (
      #"{"layer":"functionals","statistics":["mean","p90"],"window":30}"#,
      .functionals(statistics: [.mean, .percentile(90)], window: 30)
    ),
    (
      #"{"layer":"functionals","statistics":["slope"]}"#,
      .functionals(statistics: [.slope], window: FunctionalsPooling.defaultWindow)
    ),
    (#"{"layer":"global_average_pooling"}"#, .globalAveragePooling),
    (#"{"layer":"global_max_pooling"}"#, .globalMaxPooling),
    (#"{"layer":"flatten"}"#, .flatten),
    (#"{"layer":"residual","body":[{"layer":"relu"}]}"#, .residual([.activation(.relu)])),
    (
      #"{"layer":"gating","body":[{"layer":"tanh"}],"gate":[{"layer":"dense","units":2}]}"#,
      .gating([.activation(.tanh)], gate: [.dense(units: 2)])
    ),
    (#"{"layer":"unroll","body":[{"layer":"flatten"}]}"#, .unroll([.flatten])),
  ]

  @Test("Every layer is read, and written so that it is read again", arguments: written)
  func roundTrip(_ json: String, _ layer: LayerConfiguration) throws {
    #expect(try decode(json) == layer)
    let bytes = try JSONEncoder().encode(layer)
    #expect(try JSONDecoder().decode(LayerConfiguration.self, from: bytes) == layer)
    for (_, other) in Self.written where other.name != layer.name { #expect(other != layer) }
  }

  @Test("A convolution is written as releases without strides read it")
  func convolution() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let bytes = try encoder.encode(LayerConfiguration.conv(units: 4, kernel: 3))
    #expect(String(decoding: bytes, as: UTF8.self) == #"{"dilation":1,"kernel":3,"layer":"conv","units":4}"#)
  }

  @Test(
    "What is no layer is refused by name",
    arguments: [
      (#"{"layer":"perceptron"}"#, "no layer is called 'perceptron'; there are attention_pooling, average_pooling"),
      (#"{"layer":"gru","units":3,"unit":4}"#, "the layer 'gru' has no setting 'unit'"),
      (#"{"layer":"flatten","rows":4}"#, "the layer 'flatten' has no setting 'rows'"),
      (#"{"layer":"softmax","units":4}"#, "the layer 'softmax' has no setting 'units'"),
      (#"{"layer":"conv","units":4,"padding":"full"}"#, "padding"),
      (#"{"layer":"gating","body":[]}"#, "gate"),
      (#"{"units":4}"#, "layer"),
    ])
  func refused(_ json: String, _ words: String) throws {
    let error = #expect(throws: DecodingError.self) { try decode(json) }
    #expect("\(error!)".contains(words), "\(error!)")
  }
}
