/// One diagram of a figure, over time.
struct Panel {
  /// Its title.
  var title: String
  /// Text after the title where there is room.
  var detail = ""
  /// Its preferred height in pixels.
  var height: Double
  /// Its minimum number of lines in a terminal.
  var lines = 8
  /// Whether it can use more lines: not if each of its rows has exactly one.
  var grows = true
  /// Label of the left axis.
  var yLabel: String
  /// Range of the left axis, from bottom to top.
  var yRange: ClosedRange<Double>
  /// Names instead of numbers on the left axis; empty for numbers.
  var ticks: [Tick] = []
  /// Further gnuplot settings, one command each.
  var settings: [String] = []
  /// The colour scale, where a grid is drawn.
  var colors: ColorScale?
  /// The frequency range of the right axis, if there is one.
  var pitchRange: ClosedRange<Double>?
  /// Whether a legend of the layers is on the right.
  var hasKey = false
  /// The layers, from back to front.
  var layers: [Layer] = []

  /// A name at a position of an axis.
  struct Tick: Equatable {
    var name: String
    var position: Double
  }

  /// The colour scale of a grid.
  struct ColorScale {
    var map: ColorMap
    /// Name and unit of the values.
    var label: String
    var range: ClosedRange<Double>
  }

  enum Layer {
    /// Values as colours.
    case grid(Grid)
    /// Samples from minimum to maximum: time, minimum, maximum. [points × 3]
    case envelope([Float], Color)
    /// Dots at times and values; NaN draws none. [dots × 2]
    case dots([Float], axes: String, Color)
    /// Any gnuplot series.
    case series(GnuplotScript.Series)
  }
}
