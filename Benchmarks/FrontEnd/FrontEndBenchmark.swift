import BenchmarkSupport
import CFFTW
import Glibc
import Streaming

/// Our side of `Benchmarks/front-end`: what a row costs.
///
///     FrontEndBenchmark [CASE PASSES]
///
/// Without arguments it times all cases over the recordings of the project and prints, tab-separated, the case, the
/// median, the least and the most microseconds per row. With a case it goes through the recordings so many times and
/// prints the number of rows: under callgrind, the difference between two runs is what the rows cost.
@main
struct FrontEndBenchmark {
  static let rounds = 15

  static func main() throws {
    let samples = try recordedSpeech(repeated: 2)
    if CommandLine.arguments.count == 3, let passes = Int(CommandLine.arguments[2]) {
      try prepare(CommandLine.arguments[1], samples) { rows, pass in
        for _ in 0..<passes { pass() }
        print(rows * passes)
      }
      return
    }
    for name in ["fft 512", "fft 2048"] + configurations.map(\.name) {
      try prepare(name, samples) { rows, pass in
        let spread = microseconds(per: rows, rounds: rounds, pass)
        print(name, spread.median, spread.least, spread.most, separator: "\t")
      }
    }
  }

  /// What rows hold in each case, and their window and hop in milliseconds.
  static let configurations: [(name: String, configuration: FrontEndConfiguration)] = [
    ("mfcc", configuration(window: 25, hop: 10, fftSize: 512, features: [.mfcc], coefficients: 13, bands: 40)),
    ("full 25/10", full(window: 25, hop: 10, fftSize: 512)), ("full 80/40", full(window: 80, hop: 40, fftSize: 2048)),
    ("model", FrontEndConfiguration()),
  ]

  static func configuration(
    window: Double, hop: Double, fftSize: Int, features: [Feature], coefficients: Int, bands: Int
  ) -> FrontEndConfiguration {
    var configuration = FrontEndConfiguration()
    configuration.windowMilliseconds = window
    configuration.hopMilliseconds = hop
    configuration.fftSize = fftSize
    configuration.features = features
    configuration.cepstralCoefficients = coefficients
    configuration.melBands = bands
    return configuration
  }

  /// Everything that the front end can compute but the linear spectrogram, with both derivatives of the MFCC.
  static func full(window: Double, hop: Double, fftSize: Int) -> FrontEndConfiguration {
    var configuration = configuration(
      window: window, hop: hop, fftSize: fftSize, features: Feature.allCases.filter { $0 != .spectrogram },
      coefficients: 40, bands: 80)
    configuration.deltas = [.mfcc]
    configuration.deltaDeltas = [.mfcc]
    return configuration
  }

  /// Hands `visit` a pass over the samples and the number of rows that it makes.
  static func prepare(_ name: String, _ samples: [Float], _ visit: (_ rows: Int, _ pass: () -> Void) -> Void) throws {
    if name.hasPrefix("fft "), let size = Int(name.dropFirst(4)) { return transforms(size, visit) }
    guard let configuration = configurations.first(where: { $0.name == name })?.configuration else {
      fatalError("there is no case '\(name)'")
    }
    var frontEnd = try FrontEnd(configuration)
    frontEnd.push(samples.span) { _ in }
    visit(frontEnd.rowsEmitted) {
      frontEnd.reset()
      // The shipped model's rows as they are listened to, with what the speech gate wants to know.
      if name == "model" { frontEnd.push(samples.span) { _, _ in } } else { frontEnd.push(samples.span) { _ in } }
    }
  }

  /// A thousand transforms as the front end's.
  static func transforms(_ size: Int, _ visit: (_ rows: Int, _ pass: () -> Void) -> Void) {
    // SAFETY: FFTW allocates as much as its transform reads and writes; all is freed after its last use.
    let input = fftwf_alloc_real(size)!
    let output = fftwf_alloc_complex(size / 2 + 1)!
    for i in 0..<size { input[i] = Float(i % 7) }
    let plan = fftwf_plan_dft_r2c_1d(Int32(size), input, output, UInt32(FFTW_ESTIMATE))
    visit(1000) { for _ in 0..<1000 { fftwf_execute(plan) } }
    fftwf_destroy_plan(plan)
    fftwf_free(input)
    fftwf_free(output)
  }
}
