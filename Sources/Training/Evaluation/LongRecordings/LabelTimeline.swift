import Streaming

/// The labels of one stream over time.
struct LabelTimeline: Sendable, Equatable {
  /// An interval with a constant label.
  struct Stretch: Sendable, Equatable {
    /// In seconds.
    var start: Double
    /// In seconds, not before the start.
    var end: Double
    var label: Label

    var length: Double { end - start }
  }

  /// The initial label is silence.
  private var changes: [(time: Double, label: Label)] = [(-.infinity, .silence)]

  /// Records a change of label.
  ///
  /// - Parameter time: in seconds, not before that of the last change.
  mutating func change(to label: Label, at time: Double) {
    precondition(time >= changes.last!.time, "changes come in the order of time")
    changes.append((time, label))
  }

  /// The labels between two times, in order; the label at `start` begins with it. Labels of zero duration are omitted.
  func stretches(from start: Double, to end: Double) -> [Stretch] {
    changes.indices.compactMap { index in
      let next = index + 1 < changes.count ? changes[index + 1].time : .infinity
      let stretch = Stretch(
        start: max(start, changes[index].time), end: min(end, next), label: changes[index].label)
      return stretch.length > 0 ? stretch : nil
    }
  }

  /// The number of changes to an emotion or `uncertain` from `start` up to before `end`, and the number to an emotion.
  func changes(from start: Double, to end: Double) -> (labels: Int, emotions: Int) {
    let within = changes.filter { start <= $0.time && $0.time < end && $0.label != .silence }
    return (within.count, within.count { $0.label != .uncertain })
  }

  static func == (first: LabelTimeline, second: LabelTimeline) -> Bool {
    first.changes.elementsEqual(second.changes) { $0 == $1 }
  }
}
