/// `{layer: max_pooling, size: 8, stride: 8, padding: causal}`, or the same with `average_pooling`
struct WindowPoolingSettings: LayerSettings {
  static let names = WindowPooling.Kind.allCases.map(\.rawValue)

  var kind: WindowPooling.Kind
  var size: Int
  /// nil: equal to the window size, so that windows do not overlap.
  var stride: Int?
  var padding = SlidingWindow.Padding.causal
  var name: String { kind.rawValue }

  enum CodingKeys: CodingKey, CaseIterable {
    case size, stride, padding
  }

  init(_ kind: WindowPooling.Kind, size: Int, stride: Int?, padding: SlidingWindow.Padding) {
    self.kind = kind
    self.size = size
    self.stride = stride
    self.padding = padding
  }

  init(from decoder: any Decoder) throws {
    kind = try decoder.layerKind()
    let settings = try decoder.layerSettings(CodingKeys.self)
    size = try settings.decode(Int.self, forKey: .size)
    stride = try settings.decodeIfPresent(Int.self, forKey: .stride)
    try settings.read(.padding, into: &padding)
  }

  func encode(to encoder: any Encoder) throws {
    var settings = encoder.container(keyedBy: CodingKeys.self)
    try settings.encode(size, forKey: .size)
    try settings.encodeIfPresent(stride, forKey: .stride)
    try settings.encode(padding, forKey: .padding)
  }

  func build(at site: LayerSite) throws(NetworkConfigurationError) -> any Layer {
    let window = try site.window(size: size, "size", dilation: 1, stride: stride ?? size, padding: padding)
    return WindowPooling(
      kind, width: site.input.columns, size: window.size, stride: window.stride, padding: window.padding)
  }
}

extension LayerConfiguration {
  /// The maximum or the mean of the rows in a window that moves by `stride`, by default its size.
  public static func pooling(
    _ kind: WindowPooling.Kind, size: Int, stride: Int? = nil, padding: SlidingWindow.Padding = .causal
  ) -> Self {
    Self(WindowPoolingSettings(kind, size: size, stride: stride, padding: padding))
  }
}
