import Foundation
import Testing

@testable import Streaming

/// The parts of the front end, each alone, against the definition.
@Suite struct FrontEndPartsTests {
  /// What `body` makes of `count` values.
  private static func filled(_ count: Int, _ body: (inout MutableSpan<Float>) -> Void) -> [Float] {
    var values = [Float](repeating: -1, count: count)
    var span = values.mutableSpan
    body(&span)
    return values
  }

  private static func filledPointer(_ count: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Void) -> [Float] {
    var values = [Float](repeating: -1, count: count)
    values.withUnsafeMutableBufferPointer { body($0) }
    return values
  }

  @Test(arguments: [32, 400, 2048]) func transforms(size: Int) {
    let samples = Signals.noise(size)
    var forward = ForwardTransform(size: size)
    for index in 0..<size { forward.input.base[index] = samples[index] }
    forward.execute()
    for bin in [0, 1, size / 3, size / 2] {
      var (re, im) = (0.0, 0.0)
      for index in 0..<size {
        let angle = -2 * .pi * Double(bin * index % size) / Double(size)
        re += Double(samples[index]) * cos(angle)
        im += Double(samples[index]) * sin(angle)
      }
      // Single precision, sums of up to 2048 terms.
      #expect(abs(Double(forward.output.elements[2 * bin]) - re) < 1e-4)
      #expect(abs(Double(forward.output.elements[2 * bin + 1]) - im) < 1e-4)
    }
    var inverse = InverseTransform(size: size)
    inverse.input.base.update(from: forward.output.base, count: inverse.input.count)
    inverse.execute()
    for index in 0..<size { #expect(abs(inverse.output.elements[index] / Float(size) - samples[index]) < 1e-6) }
  }

  @Test func windowsArePeriodic() {
    let hann = WindowShape.hann.factors(8)
    for (value, expected) in zip(hann, [0, 0.146447, 0.5, 0.853553, 1, 0.853553, 0.5, 0.146447] as [Float]) {
      #expect(abs(value - expected) < 1e-6)
    }
    #expect(abs(WindowShape.hamming.factors(8)[0] - 0.08) < 1e-6)
    #expect(abs(WindowShape.hamming.factors(8)[4] - 1) < 1e-6)
    let blackman = WindowShape.blackman.factors(8)
    for (value, expected) in zip(blackman, [0, 0.066447, 0.34, 0.773553, 1, 0.773553, 0.34, 0.066447] as [Float]) {
      #expect(abs(value - expected) < 1e-6)
    }
    #expect(WindowShape.rectangular.factors(3) == [1, 1, 1])
  }

  @Test(arguments: [(1280, 640), (5, 2), (4, 4), (3, 7), (1, 1)]) func frames(window: Int, hop: Int) {
    let samples = (1...5000).map(Float.init)
    for length in [1, 3, 1000, 5000] {
      var cutter = FrameCutter(window: window, hop: hop)
      var starts: [Int] = []
      for chunk in Signals.chunks(samples, [length]) {
        var offset = 0
        while offset < chunk.count {
          let rest = chunk.dropFirst(offset)
          offset += cutter.fill(rest.span)
          guard let frame = cutter.frame else { continue }
          let start = Int(frame[0]) - 1
          #expect(frame.elementsEqual(samples[start..<start + window]))
          starts.append(start)
          cutter.advance()
        }
      }
      #expect(starts == Array(stride(from: 0, through: 5000 - window, by: hop)))
    }
  }

  /// The sample before each window leads it, and a 0 the first, as new and after a reset, with and without gaps.
  @Test(arguments: [(5, 2), (4, 4), (3, 7)]) func leadingSample(window: Int, hop: Int) {
    let samples = (1...100).map(Float.init)
    var cutter = FrameCutter(window: window, hop: hop, lead: 1)
    for _ in 0..<2 {
      var starts: [Int] = []
      for sample in samples {
        #expect(cutter.fill([sample].span) == 1)
        guard let frame = cutter.frame else { continue }
        let start = Int(frame[1]) - 1
        #expect(frame.elementsEqual(([0] + samples)[start...start + window]))
        starts.append(start)
        cutter.advance()
      }
      #expect(starts == Array(stride(from: 0, through: 100 - window, by: hop)))
      cutter.reset()
    }
  }

  @Test func melScale() {
    #expect(abs(MelFilterBank.mel(1000) - 15) < 1e-9)
    #expect(abs(MelFilterBank.mel(6400) - 42) < 1e-9)
    for hertz in stride(from: 0.0, through: 8000, by: 50) {
      #expect(abs(MelFilterBank.hertz(MelFilterBank.mel(hertz)) - hertz) < 1e-6)
    }
  }

  /// Each band's weights have area 1 over Hz, so that a flat spectrum gives as many bins' worth in each.
  @Test func melBandsHaveEqualArea() {
    let bank = MelFilterBank(bands: 40, minimum: 0, maximum: 8000, sampleRate: 16000, fftSize: 2048)
    let mel = Self.filled(40) { bank.apply([Float](repeating: 1, count: 1025).span, into: &$0) }
    // The narrowest triangles are sampled at some ten bins only.
    for energy in mel { #expect(abs(energy * 16000 / 2048 - 1) < 0.03) }
  }

  @Test(arguments: [(80, 40), (80, 80), (64, 13), (1, 1)]) func cosineTransform(points: Int, coefficients: Int) {
    let transform = CosineTransform(points: points, coefficients: coefficients)
    let values = Signals.noise(points)
    let cepstrum = Self.filled(coefficients) { transform.apply(values.span, into: &$0) }
    for k in 0..<coefficients {
      var sum = 0.0
      for n in 0..<points {
        let angle: Double = .pi * Double(k) * (Double(n) + 0.5) / Double(points)
        sum += Double(values[n]) * cos(angle)
      }
      let expected = sum * ((k == 0 ? 1 : 2) / Double(points)).squareRoot()
      #expect(abs(Double(cepstrum[k]) - expected) < 1e-5)
    }
    if coefficients == points {
      let energy = { (x: [Float]) in x.reduce(0) { $0 + $1 * $1 } }
      #expect(abs(energy(cepstrum) / energy(values) - 1) < 1e-5)
    }
  }

  /// The notes of the octave above A 440, and where they belong.
  @Test(arguments: 0..<12) func pitchClasses(semitone: Int) {
    let bank = ChromaFilterBank(sampleRate: 16000, fftSize: 4096)
    let bin = Int((440 * pow(2, Double(semitone) / 12) * 4096 / 16000).rounded())
    let note = Self.filled(12) { chroma in
      var power = [Float](repeating: 0, count: 2049)
      power[bin] = 3
      bank.apply(power.span, into: &chroma)
    }
    #expect(note[(9 + semitone) % 12] == 1)
    #expect(note.count { $0 == 1 } == 1)
    let silence = Self.filled(12) { bank.apply([Float](repeating: 0, count: 2049).span, into: &$0) }
    #expect(silence.allSatisfy { $0 == 0 })
  }

  @Test func spectralShape() {
    let shape = SpectralShape(sampleRate: 16000, fftSize: 16, rolloff: 0.5)
    var magnitude = [Float](repeating: 0, count: 9)
    magnitude[2] = 1
    magnitude[4] = 1
    let (centroid, bandwidth, rolloff) = shape.measure(magnitude.span)
    #expect(centroid == 3000)
    #expect(bandwidth == 1000)
    #expect(rolloff == 2000)
    #expect(shape.measure([Float](repeating: 0, count: 9).span) == (0, 0, 0))
    #expect(abs(SpectralShape.flatness([Float](repeating: 5, count: 9).span) - 1) < 1e-6)
    #expect(SpectralShape.flatness([Float](repeating: 0, count: 9).span) <= 1)
    #expect(SpectralShape.flatness(magnitude.span) < 1e-6)
  }

  /// A derivative is that of the polynomial itself, whatever the window, and 0 while nothing was heard to change.
  @Test(arguments: [3, 5, 9, 33]) func derivatives(window: Int) {
    var filter = DeltaFilter(window: window, width: 2)
    for time in 0..<100 {
      let t = Float(time) / 10
      filter.push([3 + 2 * t, 1 - t + 0.5 * t * t].span)
      let first = Self.filledPointer(2) { filter.derivative(1, of: 0..<2, into: $0) }
      let second = Self.filledPointer(2) { filter.derivative(2, of: 0..<2, into: $0) }
      guard time >= window - 1 else {
        if time == 0 { #expect((first + second).allSatisfy { abs($0) < 1e-5 }) }
        continue
      }
      let middle = Float(time - window / 2) / 10
      #expect(abs(first[0] - 0.2) < 1e-4)
      #expect(abs(first[1] - 0.1 * (middle - 1)) < 1e-4)
      #expect(abs(second[0]) < 1e-4)
      #expect(abs(second[1] - 0.01) < 1e-4)
    }
  }

  /// What stands out from a band's floor stands out by its ratio; the bands are those of librosa.
  @Test func contrast() {
    let contrast = SpectralContrast(sampleRate: 16000, fftSize: 512)
    let scratch = contrast.makeScratch()
    for (bin, band) in [(1, 0), (9, 1), (20, 2), (40, 3), (80, 4), (160, 5), (230, 6), (256, 6)] {
      var magnitude = [Float](repeating: 0.1, count: 257)
      magnitude[bin] = 10
      let decibels = Self.filled(7) { contrast.apply(magnitude.span, scratch: scratch, into: &$0) }
      // 2 % of a band are averaged, at least one bin.
      #expect(decibels[band] > 10)
      for other in 0..<7 where other != band { #expect(abs(decibels[other]) < 1e-4) }
    }
    let silence = Self.filled(7) {
      contrast.apply([Float](repeating: 0, count: 257).span, scratch: scratch, into: &$0)
    }
    #expect(silence.allSatisfy { $0 == 0 })
  }

  @Test func waveform() {
    #expect(Waveform.rms([3, -3, 3, -3].span) == 3)
    #expect(Waveform.level(rms: 1) == 0)
    #expect(abs(Waveform.level(rms: 0.1) + 20) < 1e-5)
    #expect(Waveform.level(rms: 0) == -120)
    #expect(Waveform.zeroCrossingRate([1, -1, 1, -1].span) == 0.75)
    #expect(Waveform.zeroCrossingRate([1, 0, -1, 0].span) == 0.5)
    #expect(Waveform.zeroCrossingRate([1, 1, 0, 2].span) == 0)
  }
}
