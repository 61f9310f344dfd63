// Prints each change of the emotion in the voice, for 10 s or the seconds that are given.
// usage: swift run -c release LabelMicrophone [SECONDS [DEVICE]]
import Capture
import Streaming

let recognizer = Recognizer.builtIn
let arguments = CommandLine.arguments.dropFirst()
let seconds = arguments.first.flatMap(Double.init) ?? 10

func show(_ event: PipelineEvent) {
  guard case .label(let change) = event, case .emotion(let index) = change.label else { return }
  print("\(change.time) s: \(recognizer.reportedLabels.emotions[index])")
}

func listen(to device: String) throws {
  var microphone = try Microphone(device: device)
  var pipeline = try Pipeline(recognizer, inputRate: microphone.sampleRate)
  var block = [Float](repeating: 0, count: microphone.sampleRate / 100)
  while pipeline.time < seconds {
    var span = block.mutableSpan
    let count = try microphone.read(into: &span)
    if count == 0 { break }
    pipeline.push(block.span.extracting(0..<count), show)
  }
  pipeline.finish(show)
}

try listen(to: arguments.dropFirst().first ?? "default")
