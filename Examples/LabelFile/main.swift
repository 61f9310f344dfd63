// Prints the emotion of each utterance of a recording.
// usage: swift run -c release LabelFile RECORDING
import Capture
import Streaming

let recognizer = Recognizer.builtIn

func show(_ event: PipelineEvent) {
  guard case .utterance(let utterance) = event else { return }
  let emotion = recognizer.reportedLabels.emotions[utterance.label]
  print("\(utterance.start) \(utterance.end) \(emotion) \(utterance.confidence)")
}

func label(_ path: String) throws {
  var recording = try FileSource(path: path)
  var pipeline = try Pipeline(recognizer, inputRate: recording.sampleRate)
  let samples = try recording.readAll()
  pipeline.push(samples.span, show)
  pipeline.finish(show)
}

try label(CommandLine.arguments[1])
