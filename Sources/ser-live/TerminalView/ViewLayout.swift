/// The rows of the view's elements. With little room, the most important elements take precedence.
struct ViewLayout: Equatable {
  /// The source, and the latency.
  private(set) var status: Int?
  /// The current label.
  private(set) var band = 0..<0
  /// Speech, gender and time.
  private(set) var facts: Int?
  /// The level.
  private(set) var meter: Int?
  /// A bar per emotion.
  private(set) var bars = 0..<0
  /// Bars side by side in a row.
  private(set) var barsAcross = 1
  /// The last minute: confidences, labels and times, from top to bottom.
  private(set) var graph = 0..<0
  private(set) var strip: Int?
  private(set) var axis: Int?
  /// A heading and the newest utterances.
  private(set) var utterances = 0..<0
  /// Keys, or a message.
  private(set) var hints: Int?

  /// The frame of several channels: the first row and the last.
  init(frameOf rows: Int) {
    status = rows > 0 ? 0 : nil
    hints = rows > 1 ? rows - 1 : nil
  }

  /// - Parameters:
  ///   - rows: of the terminal.
  ///   - columns: of the terminal.
  ///   - emotions: number of bars.
  ///   - letters: rows of large letters; nil where there is no room for them.
  ///   - isPanel: whether it is the panel of one channel, which begins with its name and has no key hints.
  init(rows: Int, columns: Int, emotions: Int, letters: Int?, isPanel: Bool = false) {
    var free = rows
    func take(_ count: Int) -> Int {
      guard free >= count else { return 0 }
      free -= count
      return count
    }
    let across = columns >= 36 ? 2 : 1
    // In the order of importance.
    let nameRows = isPanel && rows > 1 ? take(1) : 0
    var bandRows = take(1)
    let meterRows = take(1)
    let statusRows = isPanel ? nameRows : take(1)
    var barRows = min(free, (emotions + across - 1) / across)
    free -= barRows
    let factRows = take(1)
    if let letters { bandRows += take(letters - 1) }
    let hasLetters = bandRows > 1
    let stripRows = take(1)
    let hintRows = isPanel ? 0 : take(1)
    if barRows < emotions {
      let more = take(emotions - barRows)
      barRows += more
      barsAcross = more > 0 ? 1 : across
    }
    let axisRows = take(1)
    if hasLetters { bandRows += take(2) }
    var graphRows = take(1)
    let gaps = (0..<4).map { _ in take(1) }
    for _ in 0..<3 { graphRows += take(1) }
    // A heading alone is useless; the key hints stay apart.
    let utteranceRows = free >= 3 ? free - (isPanel ? 0 : 1) : 0

    var row = 0
    func place(_ count: Int) -> Range<Int> {
      defer { row += count }
      return row..<row + count
    }
    status = place(statusRows).first
    band = place(bandRows)
    _ = place(gaps[3])
    facts = place(factRows).first
    meter = place(meterRows).first
    _ = place(gaps[0])
    bars = place(barRows)
    _ = place(gaps[1])
    graph = place(graphRows)
    strip = place(stripRows).first
    axis = place(axisRows).first
    _ = place(gaps[2])
    utterances = place(utteranceRows)
    hints = hintRows > 0 ? rows - 1 : nil
  }
}
