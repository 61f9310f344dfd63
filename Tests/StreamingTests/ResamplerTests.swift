import Foundation
import Testing

@testable import Streaming

extension Resampler {
  /// All that `samples`, pushed in pieces of the given lengths, become.
  fileprivate mutating func convert(_ samples: [Float], chunks lengths: [Int]) -> [Float] {
    var output: [Float] = []
    for chunk in Signals.chunks(samples, lengths) {
      push(chunk.span) { piece in for index in piece.indices { output.append(piece[index]) } }
    }
    finish { piece in for index in piece.indices { output.append(piece[index]) } }
    return output
  }
}

@Suite struct ResamplerTests {
  static let rates = [8000, 11025, 22050, 32000, 44100, 48000, 96000, 192_000]

  @Test(arguments: rates) func outputDoesNotDependOnChunks(rate: Int) throws {
    let samples = Signals.noise(rate / 4 + 13)
    var resampler = try Resampler(from: rate, to: 16000)
    let whole = resampler.convert(samples, chunks: [samples.count]).map(\.bitPattern)
    let random = Signals.noise(97, seed: 7).map { 1 + Int(abs($0) * 3000) }
    for lengths in [[1], [rate / 25 - 1], [rate / 25], [rate / 25 + 1], [997], random] {
      resampler.reset()
      #expect(resampler.convert(samples, chunks: lengths).map(\.bitPattern) == whole, "chunks of \(lengths.prefix(3))")
    }
  }

  @Test(arguments: rates, [200.0, 1000, 3000]) func sineStaysTheSame(rate: Int, frequency: Double) throws {
    var resampler = try Resampler(from: rate, to: 16000)
    let output = resampler.convert(Signals.sine(frequency, seconds: 1, rate: rate), chunks: [rate / 100])
    #expect(abs(output.count - 16000) <= 1)
    let expected = Signals.sine(frequency, seconds: 1)
    var (signal, noise) = (0.0, 0.0)
    for index in 1600..<14400 {  // away from the ends, where the filter sees the silence around
      signal += pow(Double(expected[index]), 2)
      noise += pow(Double(output[index] - expected[index]), 2)
    }
    #expect(10 * log10(signal / noise) > 90, "\(10 * log10(signal / noise)) dB")
  }

  /// What lies above half the new rate, and the transition, is gone.
  @Test(arguments: [32000, 44100, 48000, 96000]) func nothingFoldsBack(rate: Int) throws {
    var resampler = try Resampler(from: rate, to: 16000)
    let output = resampler.convert(Signals.sine(9500, seconds: 0.5, rate: rate), chunks: [1000])
    let residue = output[1600..<6400].reduce(0) { max($0, abs($1)) }
    #expect(residue < 0.5 * 1e-5, "\(20 * log10(residue / 0.5)) dB")
  }

  @Test(arguments: [(8000, 0.03), (44100, 0.011), (48000, 0.010)]) func delayIsShort(rate: Int, limit: Double) throws {
    var resampler = try Resampler(from: rate, to: 16000)
    var produced = 0
    var longest = 0.0
    let samples = Signals.noise(rate)
    for (index, chunk) in Signals.chunks(samples, [rate / 1000]).enumerated() {
      resampler.push(chunk.span) { produced += $0.count }
      longest = max(longest, Double((index + 1) * (rate / 1000)) / Double(rate) - Double(produced) / 16000)
    }
    #expect(longest < limit, "\(longest) s")
  }

  @Test func equalRatesPassThrough() throws {
    var resampler = try Resampler(from: 16000, to: 16000)
    let samples = Signals.noise(5000)
    #expect(resampler.convert(samples, chunks: [1, 7, 2000]) == samples)
    resampler.reset()
    #expect(resampler.convert(samples, chunks: [5000]) == samples)
  }

  @Test func nothingGivesNothing() throws {
    var resampler = try Resampler(from: 48000, to: 16000)
    resampler.push([Float]().span) { _ in Issue.record("no samples, but a piece") }
    #expect(resampler.convert([], chunks: [1]).isEmpty)
    resampler.reset()
    #expect(resampler.convert([1], chunks: [1]).count <= 1)
  }

  @Test(arguments: [(0, 16000), (-48000, 16000), (48000, 0), (999_999, 16000)])
  func impossibleRatesAreRefused(from: Int, to: Int) throws {
    let error = try #require(throws: ResamplerError.self) { _ = try Resampler(from: from, to: to) }
    #expect(error.message.contains("\(from) Hz to \(to) Hz"))
  }
}
