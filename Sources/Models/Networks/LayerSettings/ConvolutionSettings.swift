/// `{layer: conv, units: 64, kernel: 3, dilation: 2, stride: 1, padding: causal}`
struct ConvolutionSettings: LayerSettings {
  static let names = ["conv"]

  var units: Int
  var kernel = 3
  var dilation = 1
  var stride = 1
  var padding = SlidingWindow.Padding.causal

  enum CodingKeys: CodingKey, CaseIterable {
    case units, kernel, dilation, stride, padding
  }

  init(units: Int, kernel: Int, dilation: Int, stride: Int, padding: SlidingWindow.Padding) {
    self.units = units
    self.kernel = kernel
    self.dilation = dilation
    self.stride = stride
    self.padding = padding
  }

  init(from decoder: any Decoder) throws {
    let settings = try decoder.layerSettings(CodingKeys.self)
    units = try settings.decode(Int.self, forKey: .units)
    try settings.read(.kernel, into: &kernel)
    try settings.read(.dilation, into: &dilation)
    try settings.read(.stride, into: &stride)
    try settings.read(.padding, into: &padding)
  }

  /// Stride and padding are encoded only where they differ from the default, so that releases without these settings
  /// can read the file.
  func encode(to encoder: any Encoder) throws {
    var settings = encoder.container(keyedBy: CodingKeys.self)
    try settings.encode(units, forKey: .units)
    try settings.encode(kernel, forKey: .kernel)
    try settings.encode(dilation, forKey: .dilation)
    if stride != 1 { try settings.encode(stride, forKey: .stride) }
    if padding != .causal { try settings.encode(padding, forKey: .padding) }
  }

  func build(at site: LayerSite) throws(NetworkConfigurationError) -> any Layer {
    let window = try site.window(size: kernel, "kernel", dilation: dilation, stride: stride, padding: padding)
    return Convolution(
      inputWidth: site.input.columns, outputWidth: try site.size(units, "units"), kernel: window.size,
      dilation: window.dilation, stride: window.stride, padding: window.padding)
  }
}

extension LayerConfiguration {
  /// A convolution over time.
  public static func conv(
    units: Int, kernel: Int, dilation: Int = 1, stride: Int = 1, padding: SlidingWindow.Padding = .causal
  ) -> Self {
    Self(ConvolutionSettings(units: units, kernel: kernel, dilation: dilation, stride: stride, padding: padding))
  }
}
