import Streaming
import Testing

@Suite("Padding and trimming")
struct PadOrTrimTests {
  /// librosa.util.fix_length(data, size=count): `data` where the size is right, `data[:count]` where there is too much,
  /// and otherwise numpy.pad(data, (0, count - len(data)), mode='constant').
  @Test(
    "Samples come to the length as by librosa's fix_length",
    arguments: [
      ([1, 2, 3], 5, [1, 2, 3, 0, 0]),
      ([1, 2, 3], 2, [1, 2]),
      ([1, 2, 3], 3, [1, 2, 3]),
      ([1, 2, 3], 0, []),
      ([], 2, [0, 0]),
      ([], 0, []),
    ] as [([Float], Int, [Float])])
  func samples(_ samples: [Float], _ count: Int, _ expected: [Float]) {
    var fixed = samples
    fixed.padOrTrim(to: count)
    #expect(fixed == expected)
  }

  @Test(
    "Rows come to the number as by librosa's fix_length along time",
    arguments: [
      (3, [1, 2, 3, 4, 0, 0] as [Float]),
      (2, [1, 2, 3, 4]),
      (1, [1, 2]),
      (0, []),
    ])
  func rows(_ rows: Int, _ expected: [Float]) {
    var fixed: [Float] = [1, 2, 3, 4]
    fixed.padOrTrim(toRows: rows, width: 2)
    #expect(fixed == expected)
  }
}
