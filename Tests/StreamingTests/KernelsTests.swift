import CKernels
import Foundation
import Testing

/// The vector functions against Glibc's in double precision.
@Suite struct KernelsTests {
  typealias Kernel = (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void

  /// Every 997th float in the range, of both signs where the range has them: all exponents, many mantissas.
  private func floats(_ range: ClosedRange<Float>) -> [Float] {
    stride(from: UInt32(0), to: .max, by: 997 * 64).map(Float.init(bitPattern:)).filter(range.contains)
  }

  private func apply(_ kernel: Kernel, _ x: [Float]) -> [Float] {
    var y = [Float](repeating: .nan, count: x.count)
    kernel(x, &y, x.count)
    return y
  }

  /// The largest relative error, and where.
  private func worst(_ kernel: Kernel, _ reference: (Double) -> Double, _ range: ClosedRange<Float>) -> (Double, Float)
  {
    let x = floats(range)
    precondition(x.count > 10_000)
    return zip(x, apply(kernel, x)).map { x, y in
      let expected = reference(Double(x))
      return (expected == 0 ? Double(abs(y)) : abs(Double(y) - expected) / abs(expected), x)
    }.max { $0.0 < $1.0 }!
  }

  // Tolerances: about twice half a unit in the last place (6e-8), plus what the reciprocal and cancellation add.
  @Test func relativeErrors() {
    let exponential = worst(ser_exp, exp, -87.3...88.3)
    #expect(exponential.0 < 1e-7, "exp(\(exponential.1))")
    let logarithm = worst(ser_log, log, .leastNormalMagnitude ... .greatestFiniteMagnitude)
    #expect(logarithm.0 < 1e-7, "log(\(logarithm.1))")
    let sigmoid = worst(ser_sigmoid, { 1 / (1 + exp(-$0)) }, -87.3...1e30)
    #expect(sigmoid.0 < 2e-7, "sigmoid(\(sigmoid.1))")
    let tangent = worst(ser_tanh, tanh, -1e30...1e30)
    #expect(tangent.0 < 3e-7, "tanh(\(tangent.1))")
  }

  @Test func extremes() {
    let huge: [Float] = [-.infinity, -1e38, -200, 200, 1e38, .infinity]
    #expect(apply(ser_exp, huge).allSatisfy { $0.isNormal && $0 > 0 })
    #expect(apply(ser_exp, [-1000])[0] < 1.3e-38)
    #expect(apply(ser_exp, [0, -0.0]) == [1, 1])
    #expect(apply(ser_sigmoid, huge).map { $0 < 1.3e-38 ? 0 : $0 } == [0, 0, 0, 1, 1, 1])
    #expect(apply(ser_sigmoid, [0]) == [0.5])
    #expect(apply(ser_tanh, huge) == [-1, -1, -1, 1, 1, 1])
    #expect(apply(ser_tanh, [0, .leastNonzeroMagnitude]) == [0, .leastNonzeroMagnitude])
    let nothing = apply(ser_log, [0, -0.0, -1, -.infinity, .leastNonzeroMagnitude, .nan])
    #expect(nothing.allSatisfy { abs($0 - log(Float.leastNormalMagnitude)) < 1e-5 })
    #expect(apply(ser_log, [1]) == [0])
    for kernel in [ser_exp, ser_sigmoid, ser_tanh] as [Kernel] { #expect(apply(kernel, [.nan])[0].isNaN) }
  }

  /// Lengths around the vector width give what each value gives alone, in place or not, and write nothing beyond.
  @Test(arguments: 0...40) func lengths(count: Int) {
    let x = (0..<count).map { Float($0) * 0.37 + 0.01 }
    for kernel in [ser_exp, ser_log, ser_sigmoid, ser_tanh] as [Kernel] {
      var y = [Float](repeating: -7, count: count + 1)
      kernel(x, &y, count)
      #expect(y[count] == -7)
      for i in 0..<count { #expect(abs(y[i] - apply(kernel, [x[i]])[0]) <= 2e-7 * abs(y[i])) }
      var inPlace = x + [-7]
      inPlace.withUnsafeMutableBufferPointer { kernel($0.baseAddress, $0.baseAddress, count) }
      #expect(inPlace == y)
    }
  }

  @Test(arguments: [0, 1, 7, 8, 31, 32, 33, 1025]) func sums(count: Int) {
    let x = Signals.noise(count, seed: 1)
    let y = Signals.noise(count, seed: 2)
    let products = zip(x, y).map { Double($0) * Double($1) }
    // Reassociated single-precision sums: half a unit in the last place for each of some hundred additions.
    let tolerance = 1e-5 * (products.reduce(0) { $0 + abs($1) } + 1e-30)
    #expect(abs(Double(ser_dot(x, y, count)) - products.reduce(0, +)) <= tolerance)
    let total = x.reduce(0) { $0 + Double($1) }
    #expect(abs(Double(ser_sum(x, count)) - total) <= 1e-5 * (x.reduce(0) { $0 + Double(abs($1)) } + 1e-30))
    let signs = zip(x, x.dropFirst()).count { ($0 < 0) != ($1 < 0) }
    #expect(ser_sign_changes(x, count) == signs)
  }

  /// Rows that fill no group of four, columns that fill no vector, at addresses that are not aligned.
  @Test(arguments: [0, 1, 3, 4, 5, 8, 18], [0, 1, 7, 8, 9, 16, 60, 61, 180])
  func matrixTimesVector(rows: Int, columns: Int) {
    let matrix = Signals.noise(rows * columns + 1, seed: 3)
    let x = Signals.noise(columns + 1, seed: 4)
    var y = [Float](repeating: 0.5, count: rows + 1)
    matrix.withUnsafeBufferPointer { matrix in
      x.withUnsafeBufferPointer {
        ser_add_matrix_vector(matrix.baseAddress! + 1, rows, columns, $0.baseAddress! + 1, &y)
      }
    }
    for row in 0..<rows {
      let products = (0..<columns).map { Double(matrix[1 + row * columns + $0]) * Double(x[1 + $0]) }
      // As for the sums above.
      let tolerance = 1e-5 * (products.reduce(0) { $0 + abs($1) } + 0.5)
      #expect(abs(Double(y[row]) - products.reduce(0.5, +)) <= tolerance)
    }
    #expect(y[rows] == 0.5)
  }

  /// As many vectors as are taken together, and what is left of them, give what each gives alone.
  @Test(arguments: [1, 4, 7, 18], [1, 7, 8, 9, 60, 180]) func matrixTimesVectors(rows: Int, columns: Int) {
    let matrix = Signals.noise(rows * columns, seed: 3)
    for vectors in 0...7 {
      let x = Signals.noise(vectors * columns, seed: 4)
      var y = [Float](repeating: 0.5, count: vectors * rows + 1)
      ser_add_matrix_vectors(matrix, rows, columns, x, vectors, &y)
      for vector in 0..<vectors {
        var alone = [Float](repeating: 0.5, count: rows)
        ser_add_matrix_vector(matrix, rows, columns, Array(x[vector * columns..<(vector + 1) * columns]), &alone)
        for row in 0..<rows { #expect(abs(y[vector * rows + row] - alone[row]) <= 1e-5 * Float(columns)) }
      }
      #expect(y[vectors * rows] == 0.5)
    }
  }

  @Test(arguments: [1, 8, 13]) func recurrentCell(units: Int) {
    let activations = Signals.noise(4 * units, seed: 5, amplitude: 4)
    let before = Signals.noise(units, seed: 6)
    for first in [false, true] {
      var gates = activations
      // The cell before lies where the new one goes.
      var cells = before + [Float](repeating: .nan, count: units)
      var output = [Float](repeating: .nan, count: units)
      cells.withUnsafeMutableBufferPointer {
        ser_lstm_cell(&gates, first ? nil : UnsafePointer($0.baseAddress!), $0.baseAddress!, &output, units)
      }
      func sigmoid(_ x: Float) -> Double { 1 / (1 + exp(-Double(x))) }
      for i in 0..<units {
        let kept = first ? 0 : sigmoid(activations[units + i]) * Double(before[i])
        let cell = kept + sigmoid(activations[i]) * tanh(Double(activations[2 * units + i]))
        // A handful of roundings of numbers near 1.
        #expect(abs(Double(cells[i]) - cell) < 1e-6)
        #expect(abs(Double(cells[units + i]) - tanh(cell)) < 1e-6)
        #expect(abs(Double(output[i]) - sigmoid(activations[3 * units + i]) * tanh(cell)) < 1e-6)
      }
    }
  }

  /// As sorting all peaks finds them; what lies before and after is looked at, and a plateau counts where it begins.
  @Test(arguments: [0, 1, 2, 3, 9, 100, 515]) func highestPeaks(count: Int) {
    for seed in 0..<20 as Range<UInt64> {
      // A few whole numbers, so that there are plateaus and peaks as high as each other.
      let x = Signals.noise(count + 2, seed: seed, amplitude: 8).map { abs($0.rounded()) }
      let peaks = (0..<count).filter { x[$0 + 1] > x[$0] && x[$0 + 1] >= x[$0 + 2] }
      let expected = peaks.sorted { (-x[$0 + 1], $0) < (-x[$1 + 1], $1) }
      for few in [1, 4, 8] {
        var found = [UInt32](repeating: .max, count: few)
        let number = x.withUnsafeBufferPointer { ser_peaks($0.baseAddress! + 1, count, few, &found) }
        #expect(found.prefix(number).map(Int.init) == Array(expected.prefix(few)))
        #expect(found.dropFirst(number).allSatisfy { $0 == .max })
      }
    }
  }

  @Test func firstIndexReached() {
    let ones = [Float](repeating: 1, count: 100)
    #expect(ser_reaches(ones, 0, 100) == 0)
    for threshold in 1...100 { #expect(ser_reaches(ones, Float(threshold), 100) == threshold - 1) }
    #expect(ser_reaches(ones, 101, 100) == 99)
  }

  @Test func sanitizes() {
    let x: [Float] = [
      .nan, .infinity, -.infinity, 1e5, -1e5, .leastNonzeroMagnitude, 1e-10, -1e-11, 0, 1e-9, -1, 1, 9999, -9999,
    ]
    var y = [Float](repeating: 7, count: x.count)
    ser_sanitize(x, &y, x.count)
    #expect(y == [0, 0, 0, 0, 0, 0, 0, 0, 0, 1e-9, -1, 1, 9999, -9999])
  }

  /// The extremes of a list are those of the sorted list, whatever the length and how many are asked for, with ties.
  @Test(arguments: [1, 2, 7, 8, 9, 31, 64, 410, 1025]) func extremesOfLists(count: Int) {
    let noise = Signals.noise(count, seed: 3)
    for x in [noise, noise.map { ($0 * 4).rounded() }, noise.sorted(), noise.sorted(by: >)] {
      let sorted = x.sorted()
      for few in Set([1, 2, 8, 9, count / 50, count]) where 1...count ~= few {
        var scratch = [Float](repeating: 0, count: few)
        var (largest, smallest) = (Float(0), Float(0))
        ser_extremes(x, count, few, &scratch, &largest, &smallest)
        // Sums of up to a thousand values within ±4, in another order.
        #expect(abs(largest - sorted.suffix(few).reduce(0, +) / Float(few)) < 1e-5)
        #expect(abs(smallest - sorted.prefix(few).reduce(0, +) / Float(few)) < 1e-5)
      }
    }
  }

  @Test(arguments: [0, 1, 8, 100, 257, 1025]) func logarithmsOfProducts(count: Int) {
    let x = Signals.noise(count, seed: 4).map { pow(10, 12 * $0) }
    var sum: Float = 0
    let logarithm = ser_log_sum(x, 1e-10, count, &sum)
    let limited = x.map { max(Double($0), 1e-10) }
    #expect(abs(Double(sum) - limited.reduce(0, +)) <= 1e-6 * limited.reduce(0, +))
    #expect(
      abs(Double(logarithm) - limited.reduce(0) { $0 + log($1) }) <= 1e-6 * limited.reduce(1) { $0 + abs(log($1)) })
    var decibels = [Float](repeating: 0, count: count)
    ser_scaled_log(x, 1e-10, 4.3429448, &decibels, count)
    for (value, expected) in zip(decibels, limited) { #expect(abs(Double(value) - 10 * log10(expected)) < 2e-5) }
  }

  @Test func preEmphasis() {
    var y = [Float](repeating: 0, count: 9)
    ser_pre_emphasize([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.5, [Float](repeating: 2, count: 9), &y, 9)
    #expect(y == [3, 4, 5, 6, 7, 8, 9, 10, 11])
  }
}
