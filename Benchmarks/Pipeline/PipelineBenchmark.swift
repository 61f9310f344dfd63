import BenchmarkSupport
import CDefaultModel
import Models
import Streaming

/// What a hop costs: the recordings of the project, again and again, through the front end alone and through the whole
/// pipeline with all networks on; and what statistics of an utterance cost beside them.
@main
struct PipelineBenchmark {
  static let rounds = 15

  static func main() throws {
    let name = "the built-in model"
    // SAFETY: the C array has that many bytes and lives as long as the program.
    let bytes = UnsafeBufferPointer(start: ser_default_model_start(), count: ser_default_model_size)
    let recognizer = try Recognizer(SafeTensors(bytes.span, name: name), name: name)
    let samples = try recordedSpeech(repeated: 10)
    let hops = samples.count / recognizer.configuration.frontEnd.hop
    print("\(samples.count / 16000) s of audio at 16 kHz, \(hops) hops, \(rounds) rounds; µs per hop")

    var frontEnd = try FrontEnd(recognizer.configuration.frontEnd)
    var rows = 0
    report(
      "front end",
      microseconds(per: hops, rounds: rounds) { frontEnd.push(samples.span) { _, _ in rows += 1 } })
    try reportFunctionals(of: samples, FrontEnd(recognizer.configuration.frontEnd))
    var pipeline = try Pipeline(recognizer, inputRate: 16000)
    var utterances = 0
    report(
      "whole pipeline",
      microseconds(per: hops, rounds: rounds) {
        pipeline.push(samples.span) { event in
          if case .utterance = event { utterances += 1 }
        }
      })
    print("\(rows) rows, \(utterances) utterances")
  }

  /// Statistics of all columns, read after each row; an utterance has 50 rows (2 s), or 300 (12 s, the longest).
  static func reportFunctionals(of samples: [Float], _ frontEnd: consuming FrontEnd) throws {
    var rows: [Float] = []
    frontEnd.push(samples.span) { row, _ in
      for i in row.indices { rows.append(row[i]) }
    }
    let width = frontEnd.layout.width
    let count = rows.count / width
    let statistics = try Statistic.named(["mean", "deviation", "p10", "p90", "slope"])
    var functionals = Functionals(columns: 0..<width, statistics: statistics, capacity: 300)
    var output = [Float](repeating: 0, count: functionals.outputWidth)
    for length in [50, 300] {
      report(
        "functionals of \(width) columns in utterances of \(length) rows",
        microseconds(per: count, rounds: rounds) {
          for row in 0..<count {
            if row.isMultiple(of: length) { functionals.reset() }
            functionals.add(rows.span.extracting(row * width..<(row + 1) * width))
            var span = output.mutableSpan
            functionals.read(into: &span)
          }
        })
    }
  }

  static func report(_ name: String, _ spread: Spread) {
    func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
    print("\(name): median \(rounded(spread.median)), least \(rounded(spread.least)), most \(rounded(spread.most))")
  }
}
