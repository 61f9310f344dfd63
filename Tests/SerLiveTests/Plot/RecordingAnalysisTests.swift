import Capture
import Streaming
import Support
import Testing

@testable import ser_live

@Suite("What pictures show of a recording")
struct RecordingAnalysisTests {
  private static let angry =
    #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }
    + "/Recordings/angry.flac"

  private func analysis(
    _ excerpt: RecordingAnalysis.Excerpt = .init(), limit: Int = 2000, recognizer: Recognizer? = nil,
    normalization: LevelNormalization? = nil, preprocessing: PreprocessingConfiguration = PreprocessingConfiguration()
  ) throws -> RecordingAnalysis {
    try RecordingAnalysis(
      path: Self.angry, excerpt, PlotWindows(),
      RecordingAnalysis.Wishes(
        spectral: true, tonal: true, recognizer: recognizer, normalization: normalization,
        preprocessing: preprocessing), limit: limit)
  }

  @Test("A normalised recording is drawn at its peak, and noise that is reduced is not drawn")
  func preprocessing() throws {
    let plain = try analysis()
    let normalized = try analysis(normalization: .peak)
    #expect(!normalized.hasNoLevel)
    let peak = normalized.envelope.extremes.reduce(0) { max($0, abs($1)) }
    #expect(abs(peak - 0.8913) < 1e-4)  // -1 dBFS
    var configuration = PreprocessingConfiguration()
    configuration.denoise = true
    let denoised = try analysis(preprocessing: configuration)
    #expect(denoised.envelope.extremes == plain.envelope.extremes)
    let before = try plain.spectralFeatures()
    let after = try denoised.spectralFeatures()
    #expect(after.columns.columns == before.columns.columns)
    func mean(_ picture: FeaturePicture, _ columns: Range<Int>) -> Float {
      let width = picture.columns.columns
      let values = picture[.mel].enumerated().filter { columns.contains($0.offset % width) }.map(\.element)
      return values.reduce(0, +) / Float(values.count)
    }
    // The silence before the speech, once the noise is known; speech is between 0.92 and 2.6 s, columns 8 ms apart.
    #expect(mean(after, 50..<100) < mean(before, 50..<100) - 3)
    // dB; what is weaker than the noise falls in speech as well.
    #expect(abs(mean(after, 150..<250) - mean(before, 150..<250)) < 6)
  }

  @Test("Labels and utterances are those of the live pipeline")
  func timeline() throws {
    let recognizer = try ModelFile.load(nil)
    let timeline = try #require(try analysis(recognizer: recognizer).timeline)

    var source = try FileSource(path: Self.angry)
    let samples = try source.readAll()
    var pipeline = try Pipeline(recognizer, inputRate: source.sampleRate)
    var events: [PipelineEvent] = []
    pipeline.push(samples.span) { events.append($0) }
    pipeline.finish { events.append($0) }
    #expect(timeline.changes.map { .label($0) } == events.filter { if case .label = $0 { true } else { false } })
    #expect(
      timeline.utterances.map { .utterance($0) } == events.filter { if case .utterance = $0 { true } else { false } })

    let utterance = try #require(timeline.utterances.first)
    let times = timeline.columns
    var spoken = 0
    for column in 0..<timeline.posteriors.columns {
      let sum = (0..<8).reduce(Float(0)) { $0 + timeline.posteriors[value: $1][column] }
      let end = times.start + Double(column) * times.step
      // Eight numbers that sum to 1 but for rounding where there is speech, to 0 elsewhere. Columns are at the ends of rows.
      let isSpeech = end > utterance.start + timeline.rows.start - 1e-9 && end < utterance.end + 1e-9
      #expect(abs(sum - (isSpeech ? 1 : 0)) < 1e-5, "\(end)")
      spoken += isSpeech ? 1 : 0
    }
    #expect(spoken > 30)
    // The last posterior is the utterance's.
    let last = Int(((utterance.end - times.start) / times.step).rounded())
    #expect((0..<8).map { timeline.posteriors[value: $0][last] } == utterance.probabilities)
  }

  @Test("Stretches cover the time without gaps")
  func stretches() throws {
    let timeline = try #require(try analysis(recognizer: ModelFile.load(nil)).timeline)
    let stretches = timeline.stretches(end: 3.4)
    #expect(stretches.first?.label == .silence && stretches.first?.from == 0 && stretches.last?.to == 3.4)
    #expect(stretches.count == timeline.changes.count + 1)
    for (one, next) in zip(stretches, stretches.dropFirst()) { #expect(one.to == next.from && one.label != next.label) }
    #expect(timeline.stretches(end: 0.5).count == 1)
  }

  @Test("Features are the front end's rows, at the middle of their windows")
  func features() throws {
    let features = try analysis().spectralFeatures()
    var source = try FileSource(path: Self.angry)
    let samples = try source.readAll()
    var conditioner = try SignalConditioner(PreprocessingConfiguration(), from: source.sampleRate, to: 16_000)
    var frontEnd = try FrontEnd(features.configuration)
    let centroid = features.layout.columns(of: .centroid)!.lowerBound
    var expected: [Float] = []
    func take(_ piece: Span<Float>) { frontEnd.push(piece) { row in expected.append(row[centroid]) } }
    conditioner.push(samples.span) { take($0) }
    conditioner.finish { take($0) }
    #expect(features[.centroid] == expected)
    #expect(features.times == (0.016, 0.008))
    #expect(features.count(.spectrogram) == 513 && features[.spectrogram].count == 513 * expected.count)
  }

  @Test("However narrow the picture, the columns cover the recording")
  func narrow() throws {
    let narrow = try analysis(limit: 20)
    for features in [narrow.spectral!, narrow.tonal!] {
      #expect(features.columns.columns <= 20 && features.columns.columns > 10)
      let (start, step) = features.times
      let middle = start + Double(features.columns.columns - 1) * step
      #expect(abs(middle - narrow.duration) < 1.5 * step)
    }
    let wide = try analysis()
    #expect(try narrow.spectralFeatures()[.level].max() == wide.spectralFeatures()[.level].max())
    #expect(narrow.envelope.extremes.max() == wide.envelope.extremes.max())
  }

  @Test("An excerpt is a recording of its own")
  func excerpt() throws {
    let excerpt = try analysis(RecordingAnalysis.Excerpt(start: 1, duration: 0.5))
    #expect(excerpt.start == 1 && excerpt.duration == 0.5)
    let rest = try analysis(RecordingAnalysis.Excerpt(start: 3))
    #expect(abs(rest.duration - 0.403) < 0.001)
    #expect(throws: OperationError.self) { try analysis(RecordingAnalysis.Excerpt(start: 4)) }
    let tiny = try analysis(RecordingAnalysis.Excerpt(start: 1, duration: 0.04))
    #expect(tiny.tonal == nil && tiny.spectral != nil)
    #expect(throws: OperationError.self) { try tiny.tonalFeatures() }
  }
}
