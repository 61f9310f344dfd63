// Trains one small LSTM on a corpus and writes a model that `ser-live live --model MODEL` takes.
// usage: swift run -c release TrainSmallNetwork MANIFEST MODEL [EPOCHS]     (docs/data.md describes the manifest)
import Capture
import Models
import Streaming
import Support
import Training

func train(on manifest: String, epochs: Int) throws -> Recognizer? {
  let lstm = NetworkConfiguration(
    name: "lstm", target: .emotion, adaptive: true,
    layers: [.lstm(units: 16), .attentionPooling(window: nil), .dense(units: nil)])
  var settings = TrainingConfiguration()
  settings.epochs = epochs
  let corpus = try Manifest.read(manifest)
  let dataset = try Dataset(
    corpus, configuration: RecognizerConfiguration(networks: [lstm]), augmentation: settings.augmentation)
  let trainer = RecognizerTrainer(
    dataset, try Split(dataset.corpus, settings), settings, stateDirectory: nil, stop: StopFlag())
  return try trainer.train { progress in print(progress) }
}

let arguments = CommandLine.arguments
let epochs = arguments.count > 3 ? Int(arguments[3])! : 40
try train(on: arguments[1], epochs: epochs)?.checkpoint.write(to: arguments[2])
