import CDefaultModel
import Capture
import Glibc
import Models
import Streaming

/// What a hop costs: the recordings of the project, again and again, through the front end alone and through the whole
/// pipeline with all networks on. Processor time of this thread, so that other work on the machine counts little.
@main
struct PipelineBenchmark {
  static let rounds = 15

  static func main() throws {
    let name = "the built-in model"
    // SAFETY: the C array has that many bytes and lives as long as the program.
    let bytes = UnsafeBufferPointer(start: ser_default_model_start(), count: ser_default_model_size)
    let recognizer = try Recognizer(SafeTensors(bytes.span, name: name), name: name)
    let samples = try speech(repeated: 10)
    let hops = samples.count / recognizer.configuration.frontEnd.hop
    print("\(samples.count / 16000) s of audio at 16 kHz, \(hops) hops, \(rounds) rounds; µs per hop")

    var frontEnd = try FrontEnd(recognizer.configuration.frontEnd)
    var rows = 0
    measure("front end", hops: hops) {
      frontEnd.push(samples.span) { _, _ in rows += 1 }
    }
    var pipeline = try Pipeline(recognizer, inputRate: 16000)
    var utterances = 0
    measure("whole pipeline", hops: hops) {
      pipeline.push(samples.span) { event in
        if case .utterance = event { utterances += 1 }
      }
    }
    print("\(rows) rows, \(utterances) utterances")
  }

  /// The recordings of the project at 16 kHz, one behind the other.
  static func speech(repeated count: Int) throws -> [Float] {
    var samples: [Float] = []
    for path in ["Recordings/angry.flac", "Recordings/sad.flac"] {
      var source = try FileSource(path: path)
      var resampler = try Resampler(from: source.sampleRate, to: 16000)
      let recording = try source.readAll()
      resampler.push(recording.span) { piece in
        for i in piece.indices { samples.append(piece[i]) }
      }
    }
    return Array(repeatElement(samples, count: count).joined())
  }

  static func measure(_ name: String, hops: Int, _ work: () -> Void) {
    work()
    let times = (0..<rounds).map { _ in
      let start = processorTime()
      work()
      return (processorTime() - start) / Double(hops) * 1e6
    }.sorted()
    func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
    print(
      "\(name): median \(rounded(times[times.count / 2])), least \(rounded(times[0])), most \(rounded(times.last!))")
  }

  static func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
