import Foundation
import Support

@testable import Models
@testable import Streaming
@testable import Training

/// Invented speakers whose emotion is the movement of their pitch, as WAV files with names of RAVDESS.
///
/// Voices differ in pitch and in timbre; a flat pitch is neutral, one that rises in each syllable happy, one that falls
/// slowly sad. Whoever has learnt the movement recognises a new voice.
enum SyntheticVoices {
  static let rate = 16000
  /// As RAVDESS numbers them.
  static let emotions = [1, 3, 4]
  static let takes = [(statement: 1, repetition: 1), (1, 2), (2, 1), (2, 2)]

  static func samples(actor: Int, emotion: Int, statement: Int, repetition: Int) -> [Float] {
    var random = RandomSource(seed: 46, actor, emotion, statement, repetition)
    let base = (actor % 2 == 1 ? 105 : 185) * random.uniform(0.97, 1.03) * (1 + 0.03 * Float(actor))
    let tilt = 0.6 + 0.05 * Float(actor % 7)
    let syllable: Float = statement == 1 ? 0.3 : 0.24
    let seconds = random.uniform(0.85, 1.0)
    let lead = random.uniform(0.1, 0.2)
    var phase: Float = 0
    return (0..<Int((lead + seconds + 0.2) * Float(rate))).map { index in
      let time = Float(index) / Float(rate) - lead
      let hiss = random.uniform(-0.0003, 0.0003)
      guard 0..<seconds ~= time else { return hiss }
      let within = (time / syllable).truncatingRemainder(dividingBy: 1)
      let pitch =
        switch emotion {
        case 3: base * (1 + 0.5 * within)
        case 4: base * (1.25 - 0.4 * time / seconds)
        default: base
        }
      // No larynx keeps a pitch: what does is a tone, and no speech.
      let waver = 1 + 0.014 * sin(2 * .pi * 3.1 * time) + 0.009 * sin(2 * .pi * 7.3 * time + 1)
      phase = (phase + pitch * waver / Float(rate)).truncatingRemainder(dividingBy: 1)
      var sound: Float = 0
      for harmonic in 1...12 {
        sound += sin(2 * .pi * phase * Float(harmonic)) / powf(Float(harmonic), tilt)
      }
      return 0.08 * sound * (0.3 + 0.7 * sin(.pi * within)) + hiss
    }
  }

  /// 16 bit, with the samples of several channels in turn.
  static func write(_ samples: [Float], to path: String, rate: Int = rate, channels: Int = 1) throws {
    var bytes = Data()
    func add(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    bytes += "RIFF".utf8
    add(UInt32(36 + 2 * samples.count))
    bytes += "WAVEfmt ".utf8
    add(UInt32(16))
    add(UInt16(1))
    add(UInt16(channels))
    add(UInt32(rate))
    add(UInt32(2 * channels * rate))
    add(UInt16(2 * channels))
    add(UInt16(16))
    bytes += "data".utf8
    add(UInt32(2 * samples.count))
    for sample in samples { add(Int16(max(-32767, min(32767, (32767 * sample).rounded())))) }
    try bytes.write(to: URL(filePath: path))
  }

  static func fileName(actor: Int, emotion: Int, statement: Int, repetition: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "03-01-\(two(emotion))-01-\(two(statement))-\(two(repetition))-\(two(actor)).wav"
  }

  /// Fills a folder and scans it.
  static func corpus(actors: some Sequence<Int>, in folder: String) throws -> Corpus {
    for actor in actors {
      for emotion in emotions {
        for (statement, repetition) in takes {
          let name = fileName(actor: actor, emotion: emotion, statement: statement, repetition: repetition)
          let sound = samples(actor: actor, emotion: emotion, statement: statement, repetition: repetition)
          try write(sound, to: "\(folder)/\(name)")
        }
      }
    }
    return try RAVDESS.scan(folder)
  }

  /// Eight speakers, twelve clips each.
  static let dataset = Result { try dataset() }

  /// The same for another recogniser, or with other labels.
  static func dataset(
    _ configuration: RecognizerConfiguration = .small, labels: (inout Corpus) -> Void = { _ in }
  ) throws -> Dataset {
    try TemporaryFolder.with { folder in
      var corpus = try corpus(actors: 1...8, in: folder)
      labels(&corpus)
      return try Dataset(
        corpus, configuration: configuration, augmentation: TrainingConfiguration.quick.augmentation)
    }
  }

  /// The same for other networks.
  static func dataset(networks: [NetworkConfiguration]) throws -> Dataset {
    try TemporaryFolder.with { folder in
      var configuration = RecognizerConfiguration.small
      configuration.networks = networks
      return try Dataset(
        corpus(actors: 1...8, in: folder), configuration: configuration,
        augmentation: TrainingConfiguration.quick.augmentation)
    }
  }
}

enum TemporaryFolder {
  /// A new folder, removed afterwards.
  static func with<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.path + "/ser-live-\(UUID())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }
}

extension RecognizerConfiguration {
  /// Sixteen columns, two small networks for emotions and one for genders.
  static let small: RecognizerConfiguration = {
    var configuration = RecognizerConfiguration(networks: [
      NetworkConfiguration(
        name: "lstm", target: .emotion, adaptive: true,
        layers: [
          .residual([.lstm(units: 16)]), .batchNorm, .lstm(units: 16), .attentionPooling(window: nil), .batchNorm,
          .dropout(rate: 0.1), .dense(units: nil),
        ]),
      NetworkConfiguration(
        name: "cnn", target: .emotion, adaptive: true,
        layers: [
          .conv(units: 16, kernel: 3, dilation: 1), .batchNorm, .activation(.relu),
          .residual([.conv(units: 16, kernel: 3, dilation: 2), .batchNorm, .activation(.relu)]),
          .attentionPooling(window: 30), .batchNorm, .dropout(rate: 0.1), .dense(units: nil),
        ]),
      NetworkConfiguration(
        name: "gender", target: .gender, adaptive: false,
        layers: [.attentionPooling(window: nil), .batchNorm, .dense(units: nil)]),
    ])
    configuration.frontEnd.melBands = 40
    configuration.frontEnd.cepstralCoefficients = 13
    configuration.frontEnd.features = [.mfcc, .level, .logPitch, .voicing]
    return configuration
  }()
}

extension TrainingConfiguration {
  /// Enough to learn the synthetic voices.
  static let quick: TrainingConfiguration = {
    var configuration = TrainingConfiguration()
    configuration.epochs = 20
    configuration.batchSize = 16
    configuration.learningRate = 5e-3
    configuration.validationSpeakers = ["5", "6"]
    configuration.heldOutSpeakers = ["7", "8"]
    configuration.augmentation.speeds = [1.05]
    configuration.augmentation.tempos = []
    configuration.augmentation.pitches = []
    configuration.augmentation.timeMask = 2
    configuration.augmentation.columnMask = 2
    configuration.augmentation.longestSession = 10
    return configuration
  }()
}
