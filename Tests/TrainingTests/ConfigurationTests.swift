import FoundationEssentials
import Models
import Testing

@testable import Streaming
@testable import Training

@Suite("Experiment configuration")
struct ConfigurationTests {
  static let networks = """
    "networks": [{"name": "n", "target": "emotion", "adaptive": true,
      "layers": [{"layer": "attention_pooling"}, {"layer": "dense"}]}]
    """

  static func decode(_ json: String) throws -> ExperimentConfiguration {
    try JSONDecoder().decode(ExperimentConfiguration.self, from: Data(json.utf8))
  }

  /// An experiment whose sections hold the given settings.
  static func experiment(training: String = "", augmentation: String? = nil, recognizer: String = "") -> String {
    let inner = [training, augmentation.map { "\"augmentation\": {\($0)}" } ?? ""].filter { !$0.isEmpty }
    return """
      {"recognizer": {\(([networks, recognizer].filter { !$0.isEmpty }).joined(separator: ","))},
       "training": {\(inner.joined(separator: ","))}}
      """
  }

  @Test("What is left out keeps its default")
  func defaults() throws {
    let experiment = try Self.decode("{\"recognizer\": {\(Self.networks)}}")
    #expect(experiment.training == TrainingConfiguration())
    #expect(experiment.recognizer.preprocessing == PreprocessingConfiguration())
    #expect(!experiment.recognizer.preprocessing.denoise && !experiment.recognizer.preprocessing.automaticGain)
    #expect(experiment.recognizer.frontEnd == FrontEndConfiguration())
    #expect(experiment.recognizer.gate == SpeechGateConfiguration())
    #expect(experiment.recognizer.normalizer == NormalizerConfiguration())
    #expect(experiment.recognizer.smoother == SmootherConfiguration())
    #expect(experiment.recognizer.networks[0].layers == [.attentionPooling(window: nil), .dense(units: nil)])
    try experiment.validate()

    let changed = try Self.decode(
      Self.experiment(
        training: "\"epochs\": 7", augmentation: "\"speeds\": []", recognizer: "\"gate\": {\"margin\": 5}"))
    var training = TrainingConfiguration()
    training.epochs = 7
    training.augmentation.speeds = []
    #expect(changed.training == training)
    #expect(changed.recognizer.gate.margin == 5)
    #expect(changed.recognizer.gate.onset == SpeechGateConfiguration().onset)
  }

  @Test("What is encoded is decoded as it was")
  func roundTrip() throws {
    var experiment = ExperimentConfiguration(recognizer: .small)
    experiment.training = .quick
    experiment.training.loss.gamma = 1.5
    experiment.training.optimizer.name = .rmsprop
    experiment.training.optimizer.alpha = 0.9
    experiment.training.schedule.name = .step
    experiment.training.schedule.every = 3
    experiment.training.regularization.l1 = 0.01
    experiment.training.earlyStopping = EarlyStoppingConfiguration()
    experiment.training.weightAveraging = 0.99
    experiment.training.shards = 4
    experiment.recognizer.networks[0].auxiliary = [AuxiliaryTarget(.intensity, weight: 0.3)]
    experiment.recognizer.priors = EmotionPriors(["neutral": 2, "calm": 0.5])
    experiment.recognizer.smoother.threshold = 0.55
    experiment.recognizer.preprocessing.denoise = true
    experiment.recognizer.preprocessing.gainTarget = -20
    experiment.training.split = SplitConfiguration(method: .speaker)
    experiment.training.sampling = .oversample
    experiment.training.corpusSampling = .undersample
    experiment.training.batching = .byLength
    experiment.training.augmentation.sound.noise = NoiseConfiguration()
    experiment.training.augmentation.sound.reverberation = ReverberationConfiguration()
    experiment.training.augmentation.sound.bandLimit = VariationConfiguration(range: 300...3400)
    experiment.recognizer.networks[0].layers.insert(.activation(.tanh), at: 0)
    experiment.recognizer.networks[0].layers.append(
      .functionals(statistics: [.mean, .slope, .percentile(2.5)], window: 75))
    for weights: ClassWeights in [.list([1, 2, 3]), .map(["sad": 2, "male": 0.5]), .balanced] {
      experiment.training.loss.classWeights = weights
      let json = try JSONEncoder().encode(experiment)
      #expect(try JSONDecoder().decode(ExperimentConfiguration.self, from: json) == experiment)
    }
  }

  @Test(
    "A key that does not exist is refused, and its path named",
    arguments: [
      ("{\"recogniser\": {}}", "recogniser"),
      (experiment(training: "\"epoch\": 3"), "training.epoch"),
      (experiment(augmentation: "\"speed\": [1]"), "training.augmentation.speed"),
      (experiment(training: #""split": {"method": "random", "tests": 1}"#), "training.split.tests"),
      (
        experiment(augmentation: #""sound": {"noise": {"folder": "x"}}"#), "training.augmentation.sound.noise.folder"
      ),
      (
        experiment(augmentation: #""sound": {"gain": {"range": [0, 1], "dB": 1}}"#),
        "training.augmentation.sound.gain.dB"
      ),
      (experiment(training: "\"loss\": {\"focal\": 2}"), "training.loss.focal"),
      (experiment(training: "\"optimizer\": {\"lr\": 2}"), "training.optimizer.lr"),
      (experiment(training: "\"schedule\": {\"gamma\": 2}"), "training.schedule.gamma"),
      (experiment(training: "\"regularization\": {\"l3\": 2}"), "training.regularization.l3"),
      (experiment(training: "\"earlyStopping\": {\"patient\": 2}"), "training.earlyStopping.patient"),
      (experiment(recognizer: "\"frontend\": {}"), "recognizer.frontend"),
      (experiment(recognizer: "\"frontEnd\": {\"hop\": 3}"), "recognizer.frontEnd.hop"),
      (experiment(recognizer: "\"preprocessing\": {\"denoising\": true}"), "recognizer.preprocessing.denoising"),
      (experiment(recognizer: "\"gate\": {\"hangover\": 3}"), "recognizer.gate.hangover"),
      (experiment(recognizer: "\"normalizer\": {\"priors\": 3}"), "recognizer.normalizer.priors"),
      (experiment(recognizer: "\"smoother\": {\"dwel\": 3}"), "recognizer.smoother.dwel"),
    ])
  func strayKey(_ json: String, _ path: String) {
    let error = #expect(throws: ConfigurationError.self) { try Self.decode(json) }
    #expect(error?.key == path)
    #expect(error?.message.contains("there is no such setting here; there are ") == true)
  }

  @Test(
    "A name that means nothing is refused with those that do, a setting that does not belong to a name by itself",
    arguments: [
      (experiment(training: #""optimizer": {"name": "adamax"}"#), "training.optimizer.name", "sgd, momentum, nesterov"),
      (experiment(training: #""optimizer": {"name": "sgd", "momentum": 0.9}"#), "training.optimizer.momentum", "'sgd'"),
      (experiment(training: #""optimizer": {"alpha": 0.9}"#), "training.optimizer.alpha", "'adamw'"),
      (experiment(training: #""schedule": {"name": "linear"}"#), "training.schedule.name", "constant, step, cosine"),
      (experiment(training: #""schedule": {"name": "cosine", "every": 3}"#), "training.schedule.every", "'cosine'"),
      (experiment(training: #""loss": {"name": "hinge"}"#), "training.loss.name", "cross_entropy, mean_squared_error"),
      (experiment(training: #""loss": {"classWeights": "fair"}"#), "training.loss.classWeights", "'balanced'"),
      (experiment(training: #""loss": {"classWeights": {"sad": "x"}}"#), "training.loss.classWeights", "a map from"),
      (experiment(training: #""earlyStopping": {"metric": "f1"}"#), "training.earlyStopping.metric", "uar, loss"),
    ])
  func names(_ json: String, _ path: String, _ words: String) {
    let error = #expect(throws: ConfigurationError.self) { try Self.decode(json) }
    #expect(error?.key == path)
    #expect(error?.message.contains(words) == true)
  }

  @Test(
    "A key or a name that a network or a layer does not have is refused, and named",
    arguments: [
      (#"{"name": "n", "target": "emotion", "adaptive": true, "layers": [], "rate": 1}"#, "rate"),
      (
        #"{"name": "n", "target": "emotion", "adaptive": true, "layers": [{"layer": "conv", "units": 3, "dilaton": 2}]}"#,
        "dilaton"
      ),
      (#"{"name": "n", "target": "emotion", "adaptive": true, "layers": [{"layer": "dense", "kernel": 2}]}"#, "kernel"),
      (#"{"name": "n", "target": "emotion", "adaptive": true, "layers": [{"layer": "dens"}]}"#, "dens"),
      (
        #"{"name": "n", "target": "emotion", "adaptive": true, "layers": [{"layer": "functionals", "statistics": ["mode"]}]}"#,
        "no statistic is called 'mode'"
      ),
      (#"{"name": "n", "target": "emotion", "adaptive": true, "layers": [{"layer": "functionals"}]}"#, "statistics"),
      (#"{"name": "n", "target": "emotions", "adaptive": true, "layers": []}"#, "emotions"),
      (#"{"name": "n", "target": "emotion", "layers": []}"#, "adaptive"),
      (
        #"{"name": "n", "target": "emotion", "adaptive": true, "layers": [], "auxiliary": [{"target": "gender", "wait": 1}]}"#,
        "wait"
      ),
      (
        #"{"name": "n", "target": "emotion", "adaptive": true, "layers": [], "auxiliary": [{"target": "age", "weight": 1}]}"#,
        "age"
      ),
      (
        #"{"name": "n", "target": "emotion", "adaptive": true, "layers": [{"layer": "residual", "body": [{"layer": "relu", "units": 3}]}]}"#,
        "units"
      ),
    ])
  func strayNetworkKey(_ network: String, _ word: String) {
    let error = #expect(throws: DecodingError.self) {
      try Self.decode("{\"recognizer\": {\"networks\": [\(network)]}}")
    }
    #expect("\(error!)".contains(word))
  }

  @Test(
    "A value that cannot work is refused, and named with the values that would",
    arguments: [
      (experiment(training: "\"epochs\": 0"), "training.epochs"),
      (experiment(training: "\"epochs\": -5"), "training.epochs"),
      (experiment(training: "\"batchSize\": 1"), "training.batchSize"),
      (experiment(training: "\"learningRate\": 0"), "training.learningRate"),
      (experiment(training: "\"learningRate\": 1.5"), "training.learningRate"),
      (experiment(training: "\"warmUp\": 1.1"), "training.warmUp"),
      (experiment(training: "\"weightDecay\": -0.1"), "training.weightDecay"),
      (experiment(training: "\"labelSmoothing\": 1"), "training.labelSmoothing"),
      (experiment(training: "\"gradientClip\": 0"), "training.gradientClip"),
      (experiment(training: #""loss": {"gamma": -1}"#), "training.loss.gamma"),
      (experiment(training: #""loss": {"name": "mean_squared_error", "gamma": 2}"#), "training.loss.gamma"),
      (experiment(training: #""loss": {"classWeights": [1, 0]}"#), "training.loss.classWeights"),
      (experiment(training: #""loss": {"classWeights": {"sad": -1}}"#), "training.loss.classWeights"),
      (experiment(training: #""loss": {"classWeights": {}}"#), "training.loss.classWeights"),
      (experiment(training: #""optimizer": {"name": "momentum", "momentum": 1}"#), "training.optimizer.momentum"),
      (experiment(training: #""optimizer": {"name": "rmsprop", "alpha": 1.5}"#), "training.optimizer.alpha"),
      (experiment(training: #""optimizer": {"beta1": -0.1}"#), "training.optimizer.beta1"),
      (experiment(training: #""optimizer": {"beta2": 1}"#), "training.optimizer.beta2"),
      (experiment(training: #""optimizer": {"epsilon": 0}"#), "training.optimizer.epsilon"),
      (experiment(training: #""schedule": {"name": "step", "every": 0}"#), "training.schedule.every"),
      (experiment(training: #""schedule": {"name": "step", "factor": 0}"#), "training.schedule.factor"),
      (experiment(training: #""schedule": {"name": "cosine", "lowest": 2}"#), "training.schedule.lowest"),
      (experiment(training: #""regularization": {"l1": -1}"#), "training.regularization.l1"),
      (experiment(training: #""regularization": {"l2": 2}"#), "training.regularization.l2"),
      (experiment(training: #""earlyStopping": {"patience": 0}"#), "training.earlyStopping.patience"),
      (experiment(training: #""distillation": {"teachers": 0}"#), "training.distillation.teachers"),
      (experiment(training: #""distillation": {"share": 1.1}"#), "training.distillation.share"),
      (experiment(training: #""distillation": {"temperature": 0}"#), "training.distillation.temperature"),
      (experiment(training: #""weightAveraging": 1"#), "training.weightAveraging"),
      (experiment(training: #""shards": 0"#), "training.shards"),
      (experiment(training: #""batchSize": 8, "shards": 5"#), "training.shards"),
      (
        experiment(training: "\"validationSpeakers\": [\"1\", \"2\"], \"heldOutSpeakers\": [\"2\"]"),
        "training.heldOutSpeakers"
      ),
      (experiment(training: #""split": {"method": "random", "test": 1}"#), "training.split.test"),
      (experiment(training: #""split": {"method": "random", "validation": -0.1}"#), "training.split.validation"),
      (experiment(training: #""split": {"method": "random", "validation": 0.5, "test": 0.5}"#), "training.split.test"),
      (experiment(training: #""split": {"method": "random"}, "heldOutSpeakers": ["2"]"#), "training.split"),
      (experiment(augmentation: "\"speeds\": [1, 0]"), "training.augmentation.speeds"),
      (experiment(augmentation: "\"tempos\": [3]"), "training.augmentation.tempos"),
      (experiment(augmentation: "\"pitches\": [13]"), "training.augmentation.pitches"),
      (experiment(augmentation: "\"copies\": -1"), "training.augmentation.copies"),
      (experiment(augmentation: "\"copies\": 2"), "training.augmentation.copies"),
      (experiment(augmentation: #""sound": {"noise": {}}"#), "training.augmentation.copies"),
      (
        experiment(augmentation: #""copies": 1, "sound": {"noise": {"chance": 2}}"#),
        "training.augmentation.sound.noise.chance"
      ),
      (
        experiment(augmentation: #""copies": 1, "sound": {"noise": {"snr": [-50, 3]}}"#),
        "training.augmentation.sound.noise.snr"
      ),
      (
        experiment(augmentation: #""copies": 1, "sound": {"noise": {"kinds": []}}"#),
        "training.augmentation.sound.noise.kinds"
      ),
      (
        experiment(augmentation: #""copies": 1, "sound": {"noise": {"kinds": ["recorded"]}}"#),
        "training.augmentation.sound.noise.recordings"
      ),
      (
        experiment(augmentation: #""copies": 1, "sound": {"noise": {"recordings": "noise"}}"#),
        "training.augmentation.sound.noise.recordings"
      ),
      (
        experiment(augmentation: #""copies": 1, "sound": {"reverberation": {"rt60": [0, 1]}}"#),
        "training.augmentation.sound.reverberation.rt60"
      ),
      (
        experiment(augmentation: #""copies": 1, "sound": {"reverberation": {"direct": [0, 99]}}"#),
        "training.augmentation.sound.reverberation.direct"
      ),
      (
        experiment(augmentation: #""copies": 1, "sound": {"speed": {"range": [0.1, 1]}}"#),
        "training.augmentation.sound.speed.range"
      ),
      (
        experiment(augmentation: #""copies": 1, "sound": {"gain": {"chance": -1, "range": [0, 1]}}"#),
        "training.augmentation.sound.gain.chance"
      ),
      (
        experiment(augmentation: #""copies": 1, "sound": {"bandLimit": {"range": [0, 3400]}}"#),
        "training.augmentation.sound.bandLimit.range"
      ),
      (experiment(augmentation: "\"cropChance\": 2"), "training.augmentation.cropChance"),
      (experiment(augmentation: "\"shortestCrop\": 0"), "training.augmentation.shortestCrop"),
      (experiment(augmentation: "\"timeMask\": -1"), "training.augmentation.timeMask"),
      (experiment(augmentation: "\"columnMask\": -1"), "training.augmentation.columnMask"),
      (experiment(augmentation: "\"channel\": -1"), "training.augmentation.channel"),
      (
        experiment(augmentation: "\"networks\": {\"n\": {\"channel\": -1}}"),
        "training.augmentation.networks.n.channel"
      ),
      (
        experiment(augmentation: "\"networks\": {\"nobody\": {\"channel\": 0}}"),
        "training.augmentation.networks.nobody"
      ),
      (experiment(augmentation: "\"level\": 11"), "training.augmentation.level"),
      (experiment(augmentation: "\"mixup\": 1.5"), "training.augmentation.mixup"),
      (experiment(augmentation: "\"mixup\": 0.01"), "training.augmentation.mixup"),
      (experiment(augmentation: "\"coldChance\": 1.5"), "training.augmentation.coldChance"),
      (experiment(augmentation: "\"longestSession\": 1e9"), "training.augmentation.longestSession"),
      (experiment(augmentation: "\"moodChance\": 2"), "training.augmentation.moodChance"),
      (experiment(recognizer: "\"preprocessing\": {\"noiseSuppression\": 3}"), "preprocessing.noiseSuppression"),
      (experiment(recognizer: "\"preprocessing\": {\"gainTarget\": -3}"), "preprocessing.gainTarget"),
      (experiment(recognizer: "\"normalizer\": {\"prior\": 0}"), "normalizer.prior"),
      (experiment(recognizer: "\"normalizer\": {\"prior\": 9, \"memory\": 8}"), "normalizer.memory"),
      (experiment(recognizer: "\"normalizer\": {\"compensation\": 1.5}"), "normalizer.compensation"),
      (experiment(recognizer: "\"priors\": {\"neutral\": 0}"), "priors"),
    ])
  func impossible(_ json: String, _ key: String) throws {
    let experiment = try Self.decode(json)
    let error = #expect(throws: ConfigurationError.self) { try experiment.validate() }
    #expect(error?.key == key)
  }

  @Test("Priors may name what RAVDESS or the recordings know, and nothing else")
  func priors() throws {
    let labels = LabelSet(emotions: ["neutral", "bored"], genders: [])
    var experiment = ExperimentConfiguration(recognizer: RecognizerConfiguration(networks: []))
    experiment.recognizer.priors = EmotionPriors(["bored": 2, "disgust": 0.5])
    try experiment.validate(for: labels)
    experiment.recognizer.priors = EmotionPriors(["borred": 2])
    let error = #expect(throws: ConfigurationError.self) { try experiment.validate(for: labels) }
    #expect(error?.key == "priors" && error?.message.contains("did you mean 'bored'?") == true)
  }

  @Test("A network that is to be kept in bytes is refused where it is to learn")
  func precision() {
    var network = NetworkConfiguration(
      name: "small", target: .emotion, adaptive: true, layers: [.attentionPooling(window: nil), .dense(units: nil)])
    network.precision = .int8
    let experiment = ExperimentConfiguration(recognizer: RecognizerConfiguration(networks: [network]))
    let error = #expect(throws: ConfigurationError.self) { try experiment.validate() }
    #expect(error?.description.contains("'small' has the precision int8") == true)
  }

  @Test("Networks without one for emotions, with one name twice, or with names that are none, are refused")
  func networkNames() {
    func message(_ names: [String], target: Target = .emotion) -> String {
      let configuration = RecognizerConfiguration(
        networks: names.map { NetworkConfiguration(name: $0, target: target, adaptive: true, layers: []) })
      return #expect(throws: ConfigurationError.self) { try configuration.validate() }?.description ?? ""
    }
    #expect(message([]).contains("whose target is 'emotion'"))
    #expect(message(["a"], target: .gender).contains("whose target is 'emotion'"))
    #expect(message(["a", "b", "a"]).contains("two are called 'a'"))
    for name in ["", "../a", "a.b", "a b"] { #expect(message([name]).contains("'\(name)' is no name")) }
    #expect(!message(["ensemble"]).isEmpty)
  }
}
