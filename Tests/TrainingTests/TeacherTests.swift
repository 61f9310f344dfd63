import Foundation
import Models
import Support
import Synchronization
import Testing

@testable import Streaming
@testable import Training

@Suite("Teachers")
struct TeacherTests {
  let dataset: Dataset
  let split: Split

  init() throws {
    dataset = try SyntheticVoices.dataset.get()
    split = try Split(dataset.corpus, .quick)
  }

  private func trained(
    _ settings: TrainingConfiguration, networks: [NetworkConfiguration]? = nil, teacher: Teacher? = nil,
    start: [Network]? = nil
  ) throws -> Recognizer {
    let data = networks.map { dataset.with(networks: $0) } ?? dataset
    let trainer = RecognizerTrainer(
      data, split, settings, stateDirectory: nil, teacher: teacher, start: start, stop: StopFlag())
    return try #require(try trainer.train { _ in })
  }

  @Test("Targets are the label's and the teacher's, each by its share, among the classes that a row may be of")
  func shares() throws {
    let teacher = try trained(TrainerTests.short(epochs: 1))
    let network = teacher.networks[0].configuration
    let batches = BatchMaker(
      dataset, clips: split.training, statistics: teacher.statistics, network: network, training: .quick)
    var random = RandomSource(seed: 1)
    let batch = batches.batch(Array(batches.clips.prefix(6)), using: &random)
    let classes = teacher.labels.emotions.count
    func shares(_ share: Float, mask: [Bool]? = nil) throws -> [Float] {
      var targets = batch.targets[0]
      targets.mask = mask
      let voters = try #require(Teacher([teacher], share: share, temperature: 1).voters(for: network))
      return voters.shares(batch.rows, batch.layout, targets)
    }
    let own = try shares(0)
    let opinion = try shares(1)
    let both = try shares(0.25)
    for (row, label) in batch.targets[0].labels.enumerated() {
      let range = row * classes..<(row + 1) * classes
      #expect(own[range].enumerated().allSatisfy { $0.element == ($0.offset == label ? 1 : 0) })
      #expect(abs(opinion[range].reduce(0, +) - 1) < 1e-5)
      for i in range { #expect(abs(both[i] - (0.75 * own[i] + 0.25 * opinion[i])) < 1e-6) }
    }
    #expect(opinion != own)
    // A class that a row cannot be of has no share, and the others share what it had.
    let mask = (0..<opinion.count).map { i in i % classes != (batch.targets[0].labels[i / classes]! + 1) % classes }
    let masked = try shares(1, mask: mask)
    for row in batch.targets[0].labels.indices {
      #expect(abs(masked[row * classes..<(row + 1) * classes].reduce(0, +) - 1) < 1e-5)
    }
    for i in masked.indices where !mask[i] { #expect(masked[i] == 0) }
  }

  @Test("A pupil that hears nothing but its teacher comes to say what the teacher says, and knows whom that has heard")
  func pupil() throws {
    let teacher = try trained(.quick)
    let lessons = Teacher([teacher], share: 1, temperature: 1)
    let network = NetworkConfiguration(
      name: "small", target: .emotion, adaptive: true,
      layers: [.dense(units: 8), .activation(.tanh), .attentionPooling(window: nil), .dense(units: nil)])
    // Labels that are all wrong would be followed, were they heard.
    let pupil = try trained(.quick, networks: [network], teacher: lessons)
    #expect(pupil.statistics == teacher.statistics)
    let (ours, theirs) = (pupil.predictions(dataset, split.test), teacher.predictions(dataset, split.test))
    func verdicts(_ predictions: [Prediction]) -> [Int] {
      predictions.map { prediction in
        let probabilities = prediction.emotions["ensemble"]!
        return probabilities.indices.max { probabilities[$0] < probabilities[$1] }!
      }
    }
    let agreement = zip(verdicts(ours), verdicts(theirs)).count { $0 == $1 }
    // Chance is a third of them.
    #expect(Double(agreement) > 0.7 * Double(split.test.count), "\(agreement) of \(split.test.count)")
    var provenance = Provenance()
    provenance.corpora = ["other"]
    provenance.heldOutSpeakers = ["2", "9"]
    provenance.note(taughtBy: teacher.provenance)
    #expect(provenance.trainingSpeakers == ["1", "2", "3", "4"] && provenance.heldOutSpeakers == ["9"])
    #expect(provenance.corpora.contains("other") && provenance.corpora.count > 1)
  }

  @Test(
    "A configuration's teachers are trained first, and a training that was stopped among them goes on as if it had not been"
  )
  func teachersOfAConfiguration() throws {
    var settings = TrainerTests.short(epochs: 3)
    settings.distillation = DistillationConfiguration()
    settings.distillation?.teachers = 2
    let seen = Mutex<[String]>([])
    func train(_ folder: String?, stop: StopFlag, after name: String? = nil) throws -> Recognizer? {
      try RecognizerTrainer(dataset, split, settings, stateDirectory: folder, stop: stop).train { now in
        seen.withLock { $0.append(now.network) }
        if now.network == name, now.epoch == 2 { stop.requestStop() }
      }
    }
    let whole = try #require(try train(nil, stop: StopFlag()))
    let networks = dataset.configuration.networks.map(\.name)
    let names = networks + networks.flatMap { ["teacher-1.\($0)", "teacher-2.\($0)"] }
    #expect(Set(seen.withLock { $0 }) == Set(names))
    var alone = settings
    alone.distillation = nil
    let untaught = try trained(alone)
    for (taught, other) in zip(whole.networks, untaught.networks) { #expect(taught.weights != other.weights) }
    try TemporaryFolder.with { folder in
      #expect(try train(folder, stop: StopFlag(), after: "teacher-2.\(networks[0])") == nil)
      #expect(try train(folder, stop: StopFlag(), after: networks[0]) == nil)
      let resumed = try #require(try train(folder, stop: StopFlag()))
      #expect(resumed.networks.map(\.weights) == whole.networks.map(\.weights))
      RecognizerTrainer(dataset, split, settings, stateDirectory: folder, stop: StopFlag()).removeState()
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  @Test("What is pruned stays pruned while all else learns on, and forgets less than it lost")
  func retraining() throws {
    let whole = try trained(.quick)
    let pruned = whole.pruned(0.7, calibration: Dataset.Part(dataset, clips: split.training))
    let zeros = pruned.networks.map(\.zeros)
    #expect(zeros.contains { !$0.isEmpty })
    let again = try trained(.quick, teacher: Teacher([whole]), start: pruned.networks)
    #expect(again.networks.map(\.zeros) == zeros)
    for (new, old) in zip(again.networks, pruned.networks) { #expect(new.weights != old.weights) }
    func recall(_ recognizer: Recognizer) -> Double {
      recognizer.evaluate(dataset, split.training)["ensemble"]!.emotion.unweightedAverageRecall
    }
    #expect(recall(again) >= recall(pruned))
    #expect(recall(again) > 0.6)
    let small = again.simplified.quantized(calibration: Dataset.Part(dataset, clips: split.training))
    #expect(small.configuration.networks.allSatisfy { $0.precision == .int8 })
    #expect(abs(recall(small) - recall(again)) < 0.05)
    // As a file, it is heard with as before.
    let file = try SafeTensors(small.checkpoint.encoded().span, name: "small")
    let read = try Recognizer(file, name: "small")
    #expect(recall(read) == recall(small))
    #expect(file.encoded().count < again.checkpoint.encoded().count)
  }
}
