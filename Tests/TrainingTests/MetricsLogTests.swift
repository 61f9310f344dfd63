import Foundation
import Support
import Testing

@testable import Training

@Suite("Metrics of each epoch")
struct MetricsLogTests {
  static func progress(_ network: String, _ epoch: Int, validated: Bool = true) -> TrainingProgress {
    TrainingProgress(
      network: network, epoch: epoch, epochs: 4, learningRate: 0.25, loss: 1.5, accuracy: 0.5,
      validationUAR: validated ? 0.125 : nil, validationAccuracy: validated ? 0.75 : nil,
      validationLoss: validated ? 2 : nil, seconds: 3.5, secondsLeft: 10)
  }

  static func lines(_ path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  @Test("One line an epoch in both files, as soon as it is known")
  func lines() throws {
    try TemporaryFolder.with { folder in
      let base = "\(folder)/metrics"
      let log = try MetricsLog(base: base, resumes: false)
      #expect(
        try Self.lines("\(base).csv") == [
          "epoch,network,learning_rate,loss,training_accuracy,validation_uar,validation_accuracy,validation_loss,seconds"
        ])
      try log.add(Self.progress("lstm", 1))
      try log.add(Self.progress("cnn", 1, validated: false))
      #expect(
        try Self.lines("\(base).csv").dropFirst() == [
          "1,lstm,0.25,1.5,0.5,0.125,0.75,2.0,3.5", "1,cnn,0.25,1.5,0.5,,,,3.5",
        ])
      #expect(
        try Self.lines("\(base).jsonl") == [
          #"{"epoch":1,"learning_rate":0.25,"loss":1.5,"network":"lstm","seconds":3.5,"training_accuracy":0.5,"#
            + #""validation_accuracy":0.75,"validation_loss":2,"validation_uar":0.125}"#,
          #"{"epoch":1,"learning_rate":0.25,"loss":1.5,"network":"cnn","seconds":3.5,"training_accuracy":0.5}"#,
        ])
    }
  }

  @Test("Resuming keeps what is there, and an epoch that is made again takes the place of the lost one")
  func resuming() throws {
    try TemporaryFolder.with { folder in
      let base = "\(folder)/metrics"
      let log = try MetricsLog(base: base, resumes: true)
      for epoch in 1...3 { try log.add(Self.progress("lstm", epoch)) }
      try log.add(Self.progress("cnn", 1))
      let handle = try #require(FileHandle(forWritingAtPath: "\(base).jsonl"))
      handle.seekToEndOfFile()
      handle.write(Data(#"{"epoch":2,"netw"#.utf8))
      try handle.close()

      let resumed = try MetricsLog(base: base, resumes: true)
      #expect(try Self.lines("\(base).jsonl").count == 4)
      try resumed.add(Self.progress("lstm", 2))
      try resumed.add(Self.progress("cnn", 2))
      let epochs = try Self.lines("\(base).csv").dropFirst().map { $0.split(separator: ",").prefix(2) }
      #expect(epochs == [["1", "lstm"], ["1", "cnn"], ["2", "lstm"], ["2", "cnn"]])
      #expect(try Self.lines("\(base).jsonl").count == 4)

      _ = try MetricsLog(base: base, resumes: false)
      #expect(try Self.lines("\(base).csv").count == 1)
      #expect(try Self.lines("\(base).jsonl").isEmpty)
    }
  }

  @Test("A folder that does not exist is an error that names the file")
  func missing() {
    let error = #expect(throws: OperationError.self) { try MetricsLog(base: "/nowhere/metrics", resumes: false) }
    #expect(error?.kind == .inputOutput)
    #expect(error?.description.contains("/nowhere/metrics.jsonl") == true)
  }
}
