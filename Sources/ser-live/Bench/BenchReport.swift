import BenchmarkSupport

/// Writes measurements line by line as they are available: as text, as JSON Lines or as a table with tabs.
struct BenchReport {
  let format: Bench.Format

  func begin(_ bench: BenchStreams, _ sound: BenchSound) throws {
    switch format {
    case .text:
      try line(
        "\(sound.name) at \(sound.rate) Hz, a hop of \((bench.hop * 1000).decimals(1, trimmed: true)) ms; one core")
      try line("   streams   µs a hop (least … most)   load of a core   kB a stream")
    case .jsonl: break
    case .tsv: try line(Self.streamColumns.joined(separator: "\t"))
    }
  }

  private static let streamColumns = [
    "kind", "streams", "hop_ms", "median_us", "least_us", "most_us", "load_percent", "real_time", "stream_bytes",
    "growth_bytes",
  ]

  func write(_ cost: StreamCost) throws { try write(cost, kind: "streams") }

  func write(largest cost: StreamCost) throws {
    if format == .text { try line("the most that one core processes in real time:") }
    try write(cost, kind: "largest")
  }

  private func write(_ cost: StreamCost, kind: String) throws {
    let spread = cost.microseconds
    let (median, least, most) = (spread.median, spread.least, spread.most)
    let percent = 100 * cost.load
    switch format {
    case .text:
      let figures = "\(median.decimals(1)) (\(least.decimals(1)) … \(most.decimals(1)))"
      let memory = cost.memory.map { (Double($0) / 1000).decimals(0) } ?? "–"
      try line(
        String(cost.streams).leftPadded(to: 10) + figures.leftPadded(to: 26)
          + "\(percent.decimals(2)) %".leftPadded(to: 17)
          + memory.leftPadded(to: 14) + (cost.isInRealTime ? "" : "   too many"))
    case .jsonl:
      var json = JSONLine(type: kind)
      json.add("streams", cost.streams)
      json.add("hop_ms", cost.hop * 1000, decimals: 3)
      json.add("median_us", median, decimals: 3)
      json.add("least_us", least, decimals: 3)
      json.add("most_us", most, decimals: 3)
      json.add("load_percent", percent, decimals: 3)
      json.add("real_time", cost.isInRealTime)
      if let memory = cost.memory { json.add("stream_bytes", memory) }
      json.add("growth_bytes", cost.growth)
      try Output.standard.write(json.bytes)
    case .tsv:
      try line(
        [
          kind, String(cost.streams), (cost.hop * 1000).decimals(3, trimmed: true), median.decimals(3),
          least.decimals(3), most.decimals(3), percent.decimals(3), String(cost.isInRealTime),
          cost.memory.map(String.init) ?? "", String(cost.growth),
        ].joined(separator: "\t"))
    }
  }

  func beginStages(_ sound: BenchSound, hops: Int, speech: Int) throws {
    switch format {
    case .text:
      try line("\(sound.name), \(hops) hops, \(speech) of them speech")
      try line("stage".padded(to: 20) + "µs a call (least … most)   calls a hop   µs a hop")
    case .jsonl:
      var json = JSONLine(type: "sound")
      json.add("name", sound.name)
      json.add("hops", hops)
      json.add("speech", speech)
      try Output.standard.write(json.bytes)
    case .tsv: try line("kind\tstage\tmedian_us\tleast_us\tmost_us\tcalls_per_hop\tus_per_hop")
    }
  }

  func write(_ cost: StageCost) throws {
    let spread = cost.microseconds
    let perHop = spread.median * cost.calls
    switch format {
    case .text:
      let figures = "\(spread.median.decimals(2)) (\(spread.least.decimals(2)) … \(spread.most.decimals(2)))"
      try line(
        cost.name.padded(to: 20).printable + figures.leftPadded(to: 24) + cost.calls.decimals(2).leftPadded(to: 14)
          + perHop.decimals(2).leftPadded(to: 11))
    case .jsonl:
      var json = JSONLine(type: "stage")
      json.add("stage", cost.name)
      json.add("median_us", spread.median, decimals: 4)
      json.add("least_us", spread.least, decimals: 4)
      json.add("most_us", spread.most, decimals: 4)
      json.add("calls_per_hop", cost.calls, decimals: 4)
      json.add("us_per_hop", perHop, decimals: 4)
      try Output.standard.write(json.bytes)
    case .tsv:
      try line(
        [
          "stage", cost.name, spread.median.decimals(4), spread.least.decimals(4), spread.most.decimals(4),
          cost.calls.decimals(4), perHop.decimals(4),
        ].joined(separator: "\t"))
    }
  }

  private func line(_ text: String) throws { try Output.standard.writeText(text + "\n") }
}
