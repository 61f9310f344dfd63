/// From values to colours.
enum ColorMap {
  /// From black over red to pale yellow, perceptually uniform: matplotlib's magma (van der Walt and Smith, 2015), for
  /// levels.
  case magma
  /// From violet over green to yellow, perceptually uniform: viridis, for shares and differences.
  case viridis
  /// From blue over white to red: ColorBrewer's RdBu, for values on both sides of 0.
  case diverging

  private var colors: [Color] {
    switch self {
    case .magma:
      [0x000004, 0x1D1147, 0x51127C, 0x822681, 0xB63679, 0xE65163, 0xFB8861, 0xFEC287, 0xFCFDBF].map(Color.init)
    case .viridis:
      [0x440154, 0x472C7A, 0x3B518B, 0x2C718E, 0x21908D, 0x27AD81, 0x5CC863, 0xAADC32, 0xFDE725].map(Color.init)
    case .diverging: [0x2166AC, 0x67A9CF, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xEF8A62, 0xB2182B].map(Color.init)
    }
  }

  /// The command that sets it in gnuplot.
  var command: String {
    "set palette defined (\(colors.enumerated().map { "\($0) '\($1.hex)'" }.joined(separator: ", ")))"
  }
}
