/// The scores that are averaged over folds and seeds.
public struct Figures: Sendable, Equatable, Codable {
  public var unweightedAverageRecall: Double
  public var accuracy: Double
  /// Mean over the labels that occurred, with equal weights.
  public var f1: Double
  /// nil where no label has a ROC curve.
  public var areaUnderCurve: Double?
  public var logLoss: Double
  public var calibrationError: Double

  public init(_ scores: Scores) {
    unweightedAverageRecall = scores.unweightedAverageRecall
    accuracy = scores.accuracy
    f1 = scores.macroMean.f1
    areaUnderCurve = scores.areaUnderCurve
    logLoss = scores.logLoss
    calibrationError = scores.calibrationError
  }

  /// Combines the scores of several tests; nil where one of them is missing.
  private init(_ all: [Figures], _ combine: ([Double]) -> Double) {
    func combined(_ figure: (Figures) -> Double) -> Double { combine(all.map(figure)) }
    unweightedAverageRecall = combined(\.unweightedAverageRecall)
    accuracy = combined(\.accuracy)
    f1 = combined(\.f1)
    let areas = all.compactMap(\.areaUnderCurve)
    areaUnderCurve = areas.count == all.count ? combine(areas) : nil
    logLoss = combined(\.logLoss)
    calibrationError = combined(\.calibrationError)
  }

  /// - Parameter all: not empty.
  static func mean(_ all: [Figures]) -> Figures {
    Figures(all) { $0.reduce(0, +) / Double($0.count) }
  }

  /// The sample standard deviation (with n − 1); nil of fewer than two.
  static func spread(_ all: [Figures]) -> Figures? {
    guard all.count > 1 else { return nil }
    return Figures(all) { values in
      let mean = values.reduce(0, +) / Double(values.count)
      return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }
  }
}

/// Mean and standard deviation of scores.
public struct FigureSpread: Sendable, Equatable, Codable {
  public var mean: Figures
  /// Standard deviation; nil of fewer than two.
  public var spread: Figures?

  /// - Parameter all: not empty.
  init(_ all: [Figures]) {
    mean = Figures.mean(all)
    spread = Figures.spread(all)
  }
}

/// The scores of a cross-validation.
public struct CrossValidationSummary: Sendable, Equatable, Codable {
  /// One fold with one seed.
  public struct Fold: Sendable, Equatable, Codable {
    public var fold: Int
    public var seed: UInt64
    public var testSpeakers: [String]
    public var trainingClips: Int
    public var validationClips: Int
    /// Ensemble weight of each emotion network, by its name.
    public var votes: [String: Float]
    /// By name of the network, and `ensemble` for the ensemble.
    public var networks: [String: Scores]
    /// nil without a gender head.
    public var gender: Scores?
  }

  /// All folds with one seed.
  public struct Seed: Sendable, Equatable, Codable {
    public var seed: UInt64
    /// Over the folds, by name of the network.
    public var networks: [String: FigureSpread]
    public var gender: FigureSpread?
  }

  public var folds: [Fold]
  public var seeds: [Seed]
  /// Over the means of the seeds, by name of the network.
  public var networks: [String: FigureSpread]
  public var gender: FigureSpread?
  /// All test clips of all folds and seeds pooled, by name of the network.
  public var pool: [String: Scores]
  public var genderPool: Scores?
  /// Trainable parameters of each network, by its name.
  public var parameters: [String: Int]

  /// - Parameters:
  ///   - results: not empty; of the same networks.
  ///   - emotions: their names.
  ///   - genders: their names.
  public init(_ results: [FoldResult], emotions: [String], genders: [String]) {
    precondition(!results.isEmpty, "a fold")
    func scores(_ predictions: [Prediction]) -> [String: Scores] {
      Dictionary(
        uniqueKeysWithValues: predictions.networkNames.map {
          ($0, Scores(predictions.posteriors($0, classes: emotions.count), names: emotions))
        })
    }
    let folds = results.map { result in
      Fold(
        fold: result.fold, seed: result.seed, testSpeakers: result.predictions.speakers,
        trainingClips: result.trainingClips, validationClips: result.validationClips, votes: result.votes,
        networks: scores(result.predictions), gender: result.predictions.genderScores(genders))
    }
    let order = results.map(\.seed).reduce(into: [UInt64]()) { if !$0.contains($1) { $0.append($1) } }
    let seeds = order.map { seed in
      let own = folds.filter { $0.seed == seed }
      return Seed(
        seed: seed,
        networks: Dictionary(
          uniqueKeysWithValues: own[0].networks.keys.map { name in
            (name, FigureSpread(own.map { Figures($0.networks[name]!) }))
          }),
        gender: Self.spread(own.map { $0.gender.map(Figures.init) }))
    }
    self.folds = folds
    self.seeds = seeds
    networks = Dictionary(
      uniqueKeysWithValues: seeds[0].networks.keys.map { name in
        (name, FigureSpread(seeds.map { $0.networks[name]!.mean }))
      })
    self.gender = Self.spread(seeds.map(\.gender?.mean))
    let all = results.flatMap(\.predictions)
    pool = scores(all)
    genderPool = all.genderScores(genders)
    parameters = results[0].parameters
  }

  private static func spread(_ figures: [Figures?]) -> FigureSpread? {
    let present = figures.compactMap { $0 }
    return present.count == figures.count ? FigureSpread(present) : nil
  }
}

extension [Prediction] {
  /// Speakers in natural order.
  public var speakers: [String] { Set(map(\.speaker)).sorted { ($0.count, $0) < ($1.count, $1) } }
}
