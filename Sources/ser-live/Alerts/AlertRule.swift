import ArgumentParser
import Models
import Streaming
import Support

/// The condition of an alert: a label has held for some time.
struct AlertRule: ExpressibleByArgument, Equatable, Sendable {
  /// The label under its reported name; also `silence` or `uncertain`.
  let label: String
  /// Seconds that the label must hold, 0.1…3600.
  let hold: Double
  /// Seconds of silence or uncertainty that may interrupt it, 0…60; they do not count.
  let gap: Double

  /// Pauses between words and sentences of one speaker are shorter.
  static let usualGap = 2.0

  init?(label: String, hold: Double, gap: Double = usualGap) {
    guard !label.isEmpty, 0.1...3600 ~= hold, 0...60 ~= gap else { return nil }
    (self.label, self.hold, self.gap) = (label, hold, gap)
  }

  /// - Parameter argument: `LABEL:SECONDS` or `LABEL:SECONDS:GAP`.
  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard 2...3 ~= parts.count, let hold = Double(parts[1]) else { return nil }
    guard parts.count == 3 else {
      self.init(label: String(parts[0]), hold: hold)
      return
    }
    guard let gap = Double(parts[2]) else { return nil }
    self.init(label: String(parts[0]), hold: hold, gap: gap)
  }
}

/// A label has held for the time of a rule.
struct Alert: Sendable, Equatable {
  /// When the rule was met, in seconds since the first sample of the stream.
  var time: Double
  var label: Label
  /// When the label began, in seconds since the first sample of the stream.
  var since: Double
  /// Seconds that it has held, without pauses.
  var held: Double
}

/// Checks the stable label against rules.
///
/// A state machine whose only clock is the time of the stream.
struct AlertMonitor: Sendable {
  fileprivate struct Watch {
    let rule: AlertRule
    let label: Label
    /// When the label began; nil where it is absent.
    var since: Double?
    /// Seconds that it has held.
    var held = 0.0
    /// Seconds that it has been absent.
    var missing = 0.0
    var hasSounded = false
  }

  private var watches: [Watch] = []
  private var time = 0.0

  /// - Parameter labels: names of the labels.
  /// - Throws: a `ConfigurationError` where a rule names an unknown label.
  init(_ rules: [AlertRule], labels: LabelSet) throws(ConfigurationError) {
    let all = [.silence, .uncertain] + labels.emotions.indices.map { Label.emotion($0) }
    for rule in rules {
      guard let label = all.first(where: { labels[$0] == rule.label }) else {
        let names = all.map { labels[$0] }
        throw ConfigurationError(
          key: "alert",
          message: "no label is called '\(rule.label)'; there are \(names.joined(separator: ", "))"
            + suggestion(for: rule.label, among: names))
      }
      watches.append(Watch(rule: rule, label: label))
    }
  }

  /// Processes the label up to `time`, in seconds; times increase.
  ///
  /// - Returns: the alerts that are triggered now; each can be triggered again only after its label has ended.
  mutating func step(time: Double, label: Label) -> [Alert] {
    let elapsed = max(0, time - self.time)
    self.time = time
    var alerts: [Alert] = []
    for index in watches.indices {
      if let alert = watches[index].step(time: time, elapsed: elapsed, label: label) { alerts.append(alert) }
    }
    return alerts
  }
}

extension AlertMonitor.Watch {
  mutating func step(time: Double, elapsed: Double, label present: Label) -> Alert? {
    guard present == label else {
      missing += elapsed
      // Another emotion ends it at once, without the gap.
      if case .emotion = present { forget() }
      if missing > rule.gap { forget() }
      return nil
    }
    missing = 0
    if since == nil {
      since = time
    } else {
      held += elapsed
    }
    // A microsecond: times are sums of binary fractions.
    guard !hasSounded, held + 1e-6 >= rule.hold else { return nil }
    hasSounded = true
    return Alert(time: time, label: label, since: since!, held: held)
  }

  private mutating func forget() {
    since = nil
    held = 0
    hasSounded = false
  }
}
