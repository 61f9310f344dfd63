import Capture
import Streaming

/// The recordings of the project at 16 kHz, one behind the other, again and again; to be run in the project's folder.
func recordedSpeech(repeated count: Int) throws -> [Float] {
  var samples: [Float] = []
  for path in ["Recordings/angry.flac", "Recordings/sad.flac"] {
    var source = try FileSource(path: path)
    var resampler = try Resampler(from: source.sampleRate, to: 16000)
    let recording = try source.readAll()
    resampler.push(recording.span) { piece in
      for i in piece.indices { samples.append(piece[i]) }
    }
  }
  return Array(repeatElement(samples, count: count).joined())
}
