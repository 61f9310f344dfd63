import CKernels
import Glibc

/// Energy of the twelve pitch classes, summed over octaves: `librosa.feature.chroma_stft` with `tuning=0`. The filters
/// are Gaussians one semitone wide (Ellis), weighted towards the octave of A 440 and normalised to unit length per bin.
struct ChromaFilterBank: Sendable {
  /// Pitch classes, from C.
  static let classes = 12
  private let bins: Int
  /// [classes × bins]
  private let matrix: [Float]

  init(sampleRate: Int, fftSize: Int) {
    let classes = Self.classes
    let bins = ForwardTransform.bins(fftSize)
    // Position of each bin in semitones above A 27.5 Hz; bin 0 has none and is placed 1.5 octaves below bin 1. One
    // extra bin gives the last width.
    func position(_ bin: Int) -> Double {
      let octaves = log2(Double(max(bin, 1)) * Double(sampleRate) / Double(fftSize) / 27.5)
      return Double(classes) * (bin == 0 ? octaves - 1.5 : octaves)
    }
    let positions = (0...bins).map(position)
    var matrix = [Float](repeating: 0, count: classes * bins)
    for bin in 0..<bins {
      let width = max(positions[bin + 1] - positions[bin], 1)
      let bumps = (0..<classes).map { note in
        // The distance to the nearest octave of the note, in -6 ..< 6 semitones.
        let shifted = positions[bin] - Double(note) + 6
        let distance = shifted - 12 * (shifted / 12).rounded(.down) - 6
        return exp(-0.5 * (2 * distance / width) * (2 * distance / width))
      }
      let length = bumps.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let octave = positions[bin] / 12
      let weight = exp(-0.5 * ((octave - 5) / 2) * ((octave - 5) / 2)) / length
      for note in 0..<classes {
        let fromC = (note + 9) % classes  // the Gaussians count from A
        matrix[fromC * bins + bin] = Float(bumps[note] * weight)
      }
    }
    self.bins = bins
    self.matrix = matrix
  }

  /// Sets `chroma` [12] to the energies of the classes in the power spectrum `power` [bins], relative to the largest;
  /// all 0 in silence.
  func apply(_ power: Span<Float>, into chroma: inout MutableSpan<Float>) {
    precondition(power.count == bins && chroma.count == Self.classes)
    power.withUnsafeBufferPointer { power in
      chroma.withUnsafeMutableBufferPointer { chroma in
        // SAFETY: the counts were checked.
        ser_matrix_vector(matrix, Self.classes, bins, power.baseAddress, chroma.baseAddress)
      }
    }
    var largest: Float = 0
    for note in chroma.indices { largest = max(largest, chroma[note]) }
    guard largest >= .leastNormalMagnitude else { return }
    for note in chroma.indices { chroma[note] /= largest }
  }
}
