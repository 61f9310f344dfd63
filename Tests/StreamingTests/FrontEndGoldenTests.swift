import Foundation
import Testing

@testable import Streaming

/// Every feature that librosa defines, against its values in double precision.
@Suite struct FrontEndGoldenTests {
  static let signals = ["impulse", "sine", "chirp", "silence", "square", "dc", "noise", "speech"]
  static let features: [Feature] = [
    .logMel, .mfcc, .chroma, .centroid, .bandwidth, .rolloff, .flatness, .zeroCrossingRate, .rms,
  ]

  /// The largest error allowed, relative to the row's largest magnitude of the feature (a column may be near 0 by
  /// chance).
  ///
  /// 1e-4, but where a spectrum is empty: a tone's or a constant's Hann side lobes fall below the rounding of single
  /// precision (2⁻²⁴ of the peak in window and transform, -140 dB), while 10⁻¹⁰, the floor of the logarithms, is at -160 dB
  /// of it. What is measured there, in the logarithm or weighted with the square of the distance, is that rounding.
  static func tolerance(_ feature: Feature, _ signal: String) -> Float {
    guard ["sine", "chirp", "dc"].contains(signal) else { return 1e-4 }
    return switch feature {
    case .logMel: 3e-3
    case .mfcc: 3e-4
    case .flatness: 1e-2
    case .centroid: 5e-4
    case .bandwidth: 5e-2
    default: 1e-4
    }
  }

  @Test(arguments: signals, ["80/40", "25/10"]) func equalsLibrosa(signal: String, geometry: String) throws {
    let golden = try Golden()
    var frontEnd = try FrontEnd(geometry == "80/40" ? .all : .short)
    let rows = frontEnd.rows(of: try golden.values(signal))
    for feature in Self.features {
      let columns = try #require(frontEnd.layout.columns(of: feature))
      let name = "\(signal)/\(geometry)/\(feature.rawValue)"
      #expect(try golden.shape(name) == [rows.count, columns.count])
      let expected = try golden.values(name)
      for (index, row) in rows.enumerated() {
        let reference = expected[index * columns.count..<(index + 1) * columns.count]
        let scale = reference.reduce(0) { max($0, abs($1)) }
        let errors = zip(row.values[columns], reference).map { abs($0 - $1) }
        let worst = errors.max()!
        #expect(worst <= Self.tolerance(feature, signal) * scale, "\(name), row \(index): \(worst) of \(scale)")
        if feature == .logMel {
          // Within 80 dB of the strongest band single precision suffices for every signal.
          let peak = reference.max()!
          for (error, value) in zip(errors, reference) where value > peak - 80 {
            #expect(error <= 1e-4 * scale, "\(name), row \(index)")
          }
        }
      }
    }
  }

  /// The features derived from those above.
  @Test(arguments: signals) func derivedFeatures(signal: String) throws {
    var frontEnd = try FrontEnd(.all)
    let layout = frontEnd.layout
    for row in frontEnd.rows(of: try Golden().values(signal)) {
      func value(_ feature: Feature) -> Float { row.values[layout.columns(of: feature)!.lowerBound] }
      let decibels = value(.rms) > 1e-6 ? 20 * log10(value(.rms)) : -120
      #expect(abs(value(.level) - decibels) < 1e-4)
      #expect(abs(value(.logFlatness) - 10 * log10(value(.flatness))) < 1e-4)
      let octaves = value(.pitch) > 0 ? log2(value(.pitch) / 100) * value(.voicing) : 0
      #expect(abs(value(.logPitch) - octaves) < 1e-5)
      #expect(
        row.acoustics
          == Acoustics(
            level: value(.level), voicing: value(.voicing), pitch: value(.pitch), flatness: value(.flatness)))
    }
  }
}
