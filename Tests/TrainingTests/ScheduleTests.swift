import TestSupport
import Testing

@testable import Training

@Suite("Schedules of the learning rate")
struct ScheduleTests {
  static func configuration(_ name: ScheduleConfiguration.Name) -> ScheduleConfiguration {
    var configuration = ScheduleConfiguration()
    configuration.name = name
    configuration.every = 2
    configuration.factor = 0.3
    configuration.lowest = 0.1
    return configuration
  }

  @Test("Curves equal PyTorch's", arguments: [ScheduleConfiguration.Name.step, .cosine])
  func pytorch(_ name: ScheduleConfiguration.Name) throws {
    let schedule = Self.configuration(name).schedule(highest: 2e-3, warmUp: 0.5, epochs: 8, stepsPerEpoch: 3)
    let rates = try Golden("pytorch_training").values("schedule/\(name.rawValue)")
    #expect(rates.count == 24)
    for (step, rate) in rates.enumerated() { #expect(abs(schedule.rate(at: step) - rate) < 1e-9, "step \(step)") }
  }

  @Test("A constant rate stays")
  func constant() {
    let schedule = Self.configuration(.constant).schedule(highest: 0.25, warmUp: 0.5, epochs: 8, stepsPerEpoch: 3)
    for step in 0..<24 { #expect(schedule.rate(at: step) == 0.25) }
  }

  @Test("One cycle's curve", arguments: [(40, "0.15"), (1000, "0.3"), (7, "0.5")])
  func oneCycle(_ steps: Int, _ warmUp: String) throws {
    let schedule = Self.configuration(.oneCycle)
      .schedule(highest: 2e-3, warmUp: Float(warmUp)!, epochs: 1, stepsPerEpoch: steps)
    for (step, rate) in try Golden("pytorch").values("one_cycle/\(steps)/\(warmUp)").enumerated() {
      #expect(abs(schedule.rate(at: step) - rate) < 1e-9, "step \(step)")
    }
  }

  @Test(
    "Every curve is defined for every share of warm-up and every length", arguments: ScheduleConfiguration.Name.allCases
  )
  func edges(_ name: ScheduleConfiguration.Name) {
    for steps in [1, 2, 3, 50] {
      for warmUp: Float in [0, 0.01, 0.5, 0.99, 1] {
        let schedule = Self.configuration(name)
          .schedule(highest: 1, warmUp: warmUp, epochs: steps, stepsPerEpoch: 1)
        let rates = (0..<steps + 3).map { schedule.rate(at: $0) }
        #expect(rates.allSatisfy { $0 > 0 && $0 <= 1 }, "\(steps) steps, warm-up \(warmUp)")
      }
    }
  }
}
