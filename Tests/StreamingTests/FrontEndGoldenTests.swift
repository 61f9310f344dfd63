import Capture
import Foundation
import TestSupport
import Testing

@testable import Streaming

/// Every feature that librosa defines, against its values in double precision (Tests/Golden/librosa_reference.py).
@Suite struct FrontEndGoldenTests {
  static let synthetic = ["impulse", "sine", "chirp", "silence", "square", "dc", "noise", "speech"]
  /// Clips of RAVDESS, which are not part of the project.
  static let clips = [
    "03-01-01-01-01-01-01", "03-01-03-02-02-01-04", "03-01-05-02-01-02-09", "03-01-06-01-02-02-16",
    "03-01-08-02-01-01-22",
  ]

  /// A front end under test, and which of its rows are recorded.
  struct Variant: Sendable, CustomTestStringConvertible {
    let name: String
    let configuration: FrontEndConfiguration
    let rowStep: Int
    var testDescription: String { name }
  }

  static let variants = [
    Variant(name: "80/40", configuration: .all, rowStep: 1),
    Variant(name: "25/10", configuration: .short, rowStep: 4),
    Variant(name: "options", configuration: .options, rowStep: 3),
  ]

  /// The largest error allowed, relative to the row's largest magnitude of the feature (a column may be near 0 by
  /// chance, and a derivative where nothing changes: it is as exact as the values whose differences it is made of).
  ///
  /// 1e-4, but where a spectrum is empty: a tone's or a constant's side lobes fall below the rounding of single
  /// precision (2⁻²⁴ of the peak in window and transform, -140 dB), while 10⁻¹⁰, the floor of the logarithms, is at -160 dB
  /// of it. What is measured there, in a logarithm or weighted with the square of the distance, is that rounding.
  static func tolerance(_ feature: Feature, _ signal: String) -> Float {
    guard ["sine", "chirp", "dc"].contains(signal) else { return 1e-4 }
    return switch feature {
    case .mel: 3e-3
    case .mfcc: 3e-4
    case .flatness: 1e-2
    case .centroid: 5e-4
    case .bandwidth: 5e-2
    default: 1e-4
    }
  }

  /// What that rounding makes of a single magnitude of a spectrum, relative to it: eight times 2⁻²⁴ of the peak, for the
  /// steps of the transform add up.
  static func rounding(_ magnitude: Float, peak: Float) -> Float { 0x1p-21 * peak / max(magnitude, 1e-30) }

  @Test(arguments: synthetic + Recordings.allCases.map(\.rawValue), variants)
  func equalsLibrosa(signal: String, variant: Variant) throws {
    let golden = try Golden("librosa")
    try compare(golden.values(signal), signal, variant, golden)
  }

  @Test(
    .enabled(if: ravdessFolder != nil, "neither $SER_RAVDESS nor ../shared/ravdess holds the recordings"),
    arguments: clips, variants)
  func equalsLibrosaOnClips(clip: String, variant: Variant) throws {
    let folder = try #require(ravdessFolder)
    let files = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
    let path = try #require(files.first { $0.contains(clip) }, "\(clip) is not in \(folder)")
    var source = try FileSource(path: "\(folder)/\(path)")
    try #require(source.sampleRate == 48000)
    let samples = try source.readAll()
    // Every third sample of half a second, as in the script.
    try compare(stride(from: 48000, to: 72000, by: 3).map { samples[$0] }, clip, variant, Golden("librosa"))
  }

  private func compare(_ samples: [Float], _ signal: String, _ variant: Variant, _ golden: Golden) throws {
    var frontEnd = try FrontEnd(variant.configuration)
    let rows = frontEnd.rows(of: samples)
    let recorded = Array(stride(from: 0, to: rows.count, by: variant.rowStep))
    var compared = 0
    func values(_ feature: String) throws -> [Float] { try golden.values("\(signal)/\(variant.name)/\(feature)") }
    let peaks = try values("peak")
    let valleys = try values("valley")
    for block in frontEnd.layout.blocks {
      let feature = ["", "delta_", "delta2_"][block.derivative ?? 0] + block.feature.rawValue
      let name = "\(signal)/\(variant.name)/\(feature)"
      // Pitch and what is derived from other features have no counterpart.
      guard golden.contains(name) else { continue }
      compared += 1
      let expected = try values(feature)
      let ofFeature = try values(block.feature.rawValue)
      let step = block.feature == .spectrogram ? variant.configuration.fftSize / 64 : 1
      let columns = Array(stride(from: block.columns.lowerBound, to: block.columns.upperBound, by: step))
      #expect(try golden.shape(name) == [recorded.count, columns.count], "\(name)")
      for (place, index) in recorded.enumerated() {
        let range = place * columns.count..<(place + 1) * columns.count
        let scale = ofFeature[range].reduce(0) { max($0, abs($1)) }
        for (column, at) in zip(columns, range) {
          let error = abs(rows[index].values[column] - expected[at])
          var allowed = Self.tolerance(block.feature, signal) * scale
          switch block.feature {
          // Single magnitudes, in decibels or as natural logarithms.
          case .contrast: allowed += 10 / log(10) * Self.rounding(valleys[at], peak: peaks[place])
          case .spectrogram where variant.configuration.scale == .decibels:
            allowed += 20 / log(10) * Self.rounding(pow(10, expected[at] / 20), peak: peaks[place])
          case .spectrogram: allowed += Self.rounding(exp(expected[at]), peak: peaks[place])
          default: break
          }
          #expect(error <= allowed, "\(name), row \(index), column \(column): \(expected[at])")
        }
        if block.feature == .mel && variant.configuration.scale == .decibels {
          // Within 80 dB of the strongest band single precision suffices for every signal.
          let strongest = expected[range].max()!
          for (column, at) in zip(columns, range) where expected[at] > strongest - 80 {
            #expect(abs(rows[index].values[column] - expected[at]) <= 1e-4 * scale, "\(name), row \(index)")
          }
        }
      }
    }
    #expect(compared == (variant.name == "80/40" ? 12 : 13))
  }

  /// The features derived from those above.
  @Test(arguments: synthetic) func derivedFeatures(signal: String) throws {
    var frontEnd = try FrontEnd(.all)
    let layout = frontEnd.layout
    for row in frontEnd.rows(of: try Golden("librosa").values(signal)) {
      func value(_ feature: Feature) -> Float { row.values[layout.columns(of: feature)!.lowerBound] }
      let decibels = value(.rms) > 1e-6 ? 20 * log10(value(.rms)) : -120
      #expect(abs(value(.level) - decibels) < 1e-4)
      #expect(abs(value(.logFlatness) - 10 * log10(value(.flatness))) < 1e-4)
      let octaves = value(.pitch) > 0 ? log2(value(.pitch) / 100) * value(.voicing) : 0
      #expect(abs(value(.logPitch) - octaves) < 1e-5)
      #expect(
        row.voiceActivity
          == VoiceActivityFeatures(
            level: value(.level), voicing: value(.voicing), pitch: value(.pitch),
            partials: row.voiceActivity.partials))
    }
  }
}
