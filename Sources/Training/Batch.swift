import Models

/// One step's rows and labels.
struct Batch: Sendable {
  /// Normalised rows, as `layout` says.
  var rows: [Float]
  var layout: SequenceLayout
  var labels: [Int]
  /// How much each sequence is of each label, [sequences × labels], summing to 1 a sequence; nil where each is of its
  /// own label alone.
  var targets: [Float]?
  /// The labels among which the loss asks for the right one, [sequences × labels]; nil for all.
  var labelMask: [Bool]?
}
