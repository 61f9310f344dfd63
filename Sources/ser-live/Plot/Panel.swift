/// One diagram of a figure: time from left to right, and what is drawn over it.
struct Panel {
  /// What stands above it.
  var title: String
  /// What stands behind the title where there is room.
  var detail = ""
  /// How high it is in pixels, in a picture that is not told how large to be.
  var height: Double
  /// How many lines it needs at least in a terminal.
  var lines = 8
  /// Whether it gets more of them where there are more: not if each row of it has a line of its own.
  var grows = true
  /// Of the axis on the left.
  var yLabel: String
  /// From bottom to top.
  var yRange: ClosedRange<Double>
  /// Names in place of numbers on the axis on the left; none for numbers.
  var ticks: [Tick] = []
  /// Further settings, one command each.
  var settings: [String] = []
  /// What colours stand for, where a grid is drawn.
  var colors: ColorScale?
  /// The frequencies of the axis on the right, where there is one.
  var pitchRange: ClosedRange<Double>?
  /// Whether the names of the layers are listed on the right.
  var hasKey = false
  /// What is drawn, the first at the back.
  var layers: [Layer] = []

  /// A name at a place of an axis.
  struct Tick: Equatable {
    var name: String
    var position: Double
  }

  /// What colours stand for.
  struct ColorScale {
    var map: ColorMap
    /// What they measure, with its unit.
    var label: String
    var range: ClosedRange<Double>
  }

  enum Layer {
    /// Values as colours.
    case grid(Grid)
    /// Samples from a lowest to a highest one: time, lowest, highest. [points × 3]
    case envelope([Float], Color)
    /// Dots at times and values, nothing where a value is NaN. [dots × 2]
    case dots([Float], axes: String, Color)
    /// What gnuplot can draw in any form.
    case series(GnuplotScript.Series)
  }
}
