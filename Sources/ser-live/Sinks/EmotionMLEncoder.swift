import Streaming
import Support

/// A document of the Emotion Markup Language 1.0 (W3C Recommendation of 22 May 2014): the labels as a vocabulary, and
/// an `emotion` for each event about one.
///
/// A change of label contains only the label; frames, utterances and recordings contain the confidence of each. Events
/// without an emotion (`silence`, `uncertain`, rows without speech, warnings) cannot be represented and are omitted.
struct EmotionMLEncoder: EventEncoder {
  private let labels: LabelSet
  /// The emotions' names in the syntax of the language.
  private let names: [String]
  /// When the first sample was captured, in milliseconds since 1970; nil where the source is not live.
  private let epoch: Int?
  /// The reference of times where there is no epoch.
  private var reference = "#stream"

  /// - Parameter epoch: When the first sample was captured, in seconds since 1970; nil for other sources.
  init(labels: LabelSet, epoch: Double?) {
    self.labels = labels
    names = Self.tokens(labels.emotions)
    self.epoch = epoch.map { Int(($0 * 1000).rounded()) }
  }

  /// The end of the document has been written: nothing can follow it.
  var isContinuable: Bool { false }

  var opening: [UInt8] {
    var text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <emotionml version="1.0" xmlns="http://www.w3.org/2009/10/emotionml" category-set="#emotions">
      <info id="stream">ser-live \(SerLive.version)</info>
      <vocabulary type="category" id="emotions">

      """
    for name in names { text += "<item name=\"\(Self.escaped(name))\"/>\n" }
    return Array((text + "</vocabulary>\n").utf8)
  }

  var closing: [UInt8] { Array("</emotionml>\n".utf8) }

  mutating func begin(_ recording: String) { reference = Self.uri(recording) }

  func encode(_ event: StreamEvent) -> [UInt8]? {
    guard let emotion = emotion(for: event.content) else { return nil }
    let info = event.channel.map { "<info>channel \($0)</info>" } ?? ""
    return Array("\(emotion)\(info)</emotion>\n".utf8)
  }

  /// An element without its end; nil for events without an emotion.
  private func emotion(for event: StreamEvent) -> String? {
    switch event {
    case .label(let change, _):
      guard case .emotion(let index) = change.label else { return nil }
      return emotion(at: change.time, [category(index, change.confidence)])
    case .frame(let snapshot):
      return snapshot.speech ? emotion(at: snapshot.time, categories(snapshot.probabilities)) : nil
    case .utterance(let utterance):
      return emotion(at: utterance.start, to: utterance.end, categories(utterance.probabilities))
    case .file(let file):
      guard file.label != .silence else { return nil }
      return emotion(at: 0, to: file.duration, categories(file.probabilities) + [#"<reference uri="\#(reference)"/>"#])
    case .alert(let alert):
      guard case .emotion(let index) = alert.label else { return nil }
      return emotion(at: alert.since, to: alert.time, [#"<category name="\#(Self.escaped(names[index]))"/>"#])
    case .warning, .channel: return nil
    }
  }

  private func emotion(at start: Double, to end: Double? = nil, _ content: [String]) -> String? {
    func milliseconds(_ time: Double) -> Int { Int((time * 1000).rounded()) }
    var time: String
    if let epoch {
      time = #"start="\#(epoch + milliseconds(start))""#
      if let end { time += #" end="\#(epoch + milliseconds(end))""# }
    } else {
      time = #"time-ref-uri="\#(reference)" offset-to-start="\#(milliseconds(start))""#
      if let end { time += #" duration="\#(milliseconds(end) - milliseconds(start))""# }
    }
    return "<emotion \(time) expressed-through=\"voice\">\(content.joined())"
  }

  private func categories(_ probabilities: [Float]) -> [String] {
    probabilities.indices.map { category($0, probabilities[$0]) }
  }

  private func category(_ index: Int, _ probability: Float) -> String {
    // Rounded sums of probabilities may exceed 1, which the language does not allow.
    let confidence = min(max(probability, 0), 1).decimals(4, trimmed: true)
    return #"<category name="\#(Self.escaped(names[index]))" confidence="\#(confidence)"/>"#
  }

  /// Label names as XML NMTOKENs: invalid characters become `_`; names that become equal are numbered.
  private static func tokens(_ names: [String]) -> [String] {
    var tokens: [String] = []
    for name in names {
      let plain = String(
        String.UnicodeScalarView(
          name.unicodeScalars.map { scalar in
            scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "._-:".unicodeScalars.contains(scalar)
              ? scalar : "_"
          }))
      var token = plain
      var number = 1
      while tokens.contains(token) {
        number += 1
        token = "\(plain)_\(number)"
      }
      tokens.append(token)
    }
    return tokens
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
  }

  /// A path as a URI reference (RFC 3986).
  private static func uri(_ path: String) -> String {
    var text = path.hasPrefix("/") ? "file://" : "./"
    for byte in path.pathBytes {
      let isPlain =
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
        || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "/-._~".utf8.contains(byte)
      if isPlain {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return text
  }
}
