import ArgumentParser
import Models
import Streaming
import Support

/// When to sound an alert: a label has been there for so long.
struct AlertRule: ExpressibleByArgument, Equatable, Sendable {
  /// The label as it is reported; also `silence` or `uncertain`.
  let label: String
  /// Seconds that the label must have been there, 0.1…3600.
  let hold: Double
  /// Seconds of silence or uncertainty that may come in between, 0…60; they do not count.
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

/// A label has been there for as long as a rule asks for.
struct Alert: Sendable, Equatable {
  /// When the rule came true, in seconds since the first sample of the stream.
  var time: Double
  var label: Label
  /// When the label first came, likewise.
  var since: Double
  /// Seconds that it has been there, pauses not counted.
  var held: Double
}

/// Watches the stable label for what rules ask for.
///
/// A pure state machine; its only clock is the time of the stream.
struct AlertMonitor: Sendable {
  fileprivate struct Watch {
    let rule: AlertRule
    let label: Label
    /// When the label first came; nil where it is not there.
    var since: Double?
    /// Seconds that it has been there.
    var held = 0.0
    /// Seconds that it has now been missing.
    var missing = 0.0
    var hasSounded = false
  }

  private var watches: [Watch] = []
  private var time = 0.0

  /// - Parameter labels: what labels are called.
  /// - Throws: a `ConfigurationError` where a rule asks for a label that is never given.
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

  /// Takes into account that the label is `label` up to `time`, in seconds; times grow.
  ///
  /// - Returns: the alerts that come true now; the same one comes again only after its label has gone.
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
      // Another emotion ends it at once: the speaker is no longer in this one.
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
