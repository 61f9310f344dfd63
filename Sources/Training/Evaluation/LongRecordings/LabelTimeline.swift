import Streaming

/// Which label stood when, in one stream.
struct LabelTimeline: Sendable, Equatable {
  /// A time in which one label stood.
  struct Stretch: Sendable, Equatable {
    /// In seconds.
    var start: Double
    /// In seconds, not before the start.
    var end: Double
    var label: Label

    var length: Double { end - start }
  }

  /// Before the first change there is silence.
  private var changes: [(time: Double, label: Label)] = [(-.infinity, .silence)]

  /// The label became another one.
  ///
  /// - Parameter time: in seconds, not before that of the last change.
  mutating func change(to label: Label, at time: Double) {
    precondition(time >= changes.last!.time, "changes come in the order of time")
    changes.append((time, label))
  }

  /// The labels that stood between two times, in order; what stood before `start` begins with it. Labels that stood for no
  /// time are left out.
  func stretches(from start: Double, to end: Double) -> [Stretch] {
    changes.indices.compactMap { index in
      let next = index + 1 < changes.count ? changes[index + 1].time : .infinity
      let stretch = Stretch(
        start: max(start, changes[index].time), end: min(end, next), label: changes[index].label)
      return stretch.length > 0 ? stretch : nil
    }
  }

  /// How often the label became an emotion or `uncertain` from `start` up to before `end`, and how often an emotion.
  func changes(from start: Double, to end: Double) -> (labels: Int, emotions: Int) {
    let within = changes.filter { start <= $0.time && $0.time < end && $0.label != .silence }
    return (within.count, within.count { $0.label != .uncertain })
  }

  static func == (first: LabelTimeline, second: LabelTimeline) -> Bool {
    first.changes.elementsEqual(second.changes) { $0 == $1 }
  }
}
