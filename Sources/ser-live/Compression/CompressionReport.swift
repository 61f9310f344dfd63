import BenchmarkSupport
import Models
import Streaming
import Training

/// Comparison of a smaller model with the original.
struct CompressionReport {
  private var rows = [(what: "", before: "before", after: "after")]
  private let audience: String?

  /// - Parameter lesson: the clips for a comparison of accuracy; nil for none.
  init(_ before: Recognizer, _ after: Recognizer, on lesson: Lesson?) throws {
    audience = lesson.map(\.audience)
    func compare(_ what: String, _ value: (Recognizer) throws -> String) rethrows {
      rows.append((what, try value(before), try value(after)))
    }
    compare("size of the file in kB") { (Double($0.checkpoint.encoded().count) / 1000).decimals(0) }
    compare("weights") { String($0.networks.reduce(0) { $0 + $1.weights.count }) }
    compare("… not zero, in matrices") { recognizer in
      String(
        recognizer.networks.reduce(0) { sum, network in
          sum + network.layers.matrices.reduce(0) { $0 + $1.range.count } - network.zeros.count
        })
    }
    if (before.networks + after.networks).allSatisfy(\.isStreaming) {
      let times = try NetworkTimes(before, after)
      rows.append(("networks, µs per frame of speech", times.before, times.after))
    }
    guard let lesson else { return }
    let results = [before, after].map { $0.evaluate(lesson.dataset, lesson.audienceClips) }
    for name in ResultTable.inOrder(Set(results.flatMap(\.keys))) {
      func uar(_ result: [String: Evaluation]) -> String {
        result[name].map { ProgressReport.percent($0.emotion.unweightedAverageRecall) } ?? "–"
      }
      rows.append(("UAR, \(name)", uar(results[0]), uar(results[1])))
    }
    let accuracy = results.map { ProgressReport.percent($0["ensemble"]!.emotion.accuracy) }
    rows.append(("accuracy, ensemble", accuracy[0], accuracy[1]))
  }

  /// The comparison as a text table.
  var lines: [String] {
    let (first, second) = (rows.map(\.what.count).max()!, rows.map(\.before.count).max()!)
    return rows.map { "\($0.what.padded(to: first))  \($0.before.padded(to: second))  \($0.after)" }
      + (audience.map { ["UAR and accuracy on \($0)"] } ?? [])
  }
}

/// Time per row of the networks of two recognizers, measured alternately, since the speed of machines varies.
private struct NetworkTimes {
  let before: String
  let after: String

  private static let rounds = 9

  init(_ before: Recognizer, _ after: Recognizer) throws {
    let sound = BenchSound.synthetic(seconds: 20)
    let stages = try [before, after].map { try BenchStages($0, sound) }
    var times: [[Double]] = [[], []]
    for _ in 0..<Self.rounds {
      for side in stages.indices {
        let networks = stages[side].names.filter { $0.hasPrefix(BenchStages.networkPrefix) }
        times[side].append(try networks.reduce(0) { try $0 + stages[side].measure($1, rounds: 1).microseconds.median })
      }
    }
    let medians = times.map { $0.sorted()[Self.rounds / 2].decimals(2) }
    (self.before, self.after) = (medians[0], medians[1])
  }
}
