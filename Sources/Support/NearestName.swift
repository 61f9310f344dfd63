/// The most likely intended name for a misspelt word; nil where none is near.
///
/// A name is near if the number of edits is at most a third of its characters, or one: insertions, deletions,
/// replacements and swaps of neighbours (optimal string alignment). Case, `-` and `_` are ignored.
///
/// - Parameter names: of several equally near names the first is chosen.
package func nearestName(to word: String, among names: [String]) -> String? {
  let written = plain(word)
  let distances = names.map { distance(written, plain($0)) }
  guard let best = distances.indices.min(by: { distances[$0] < distances[$1] }) else { return nil }
  return distances[best] <= max(1, min(written.count, plain(names[best]).count) / 3) ? names[best] : nil
}

/// The end of a sentence about an unknown name: `; did you mean 'dwell'?`, or empty where no name is near.
package func suggestion(for word: String, among names: [String]) -> String {
  nearestName(to: word, among: names).map { "; did you mean '\($0)'?" } ?? ""
}

private func plain(_ name: String) -> [Character] { name.lowercased().filter { $0 != "-" && $0 != "_" }.map { $0 } }

private func distance(_ a: [Character], _ b: [Character]) -> Int {
  // One row each for the prefixes of `a` two shorter, one shorter, and as long as the current one.
  var (oldest, old) = ([Int](), Array(0...b.count))
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      var least = min(old[j] + (a[i] == b[j] ? 0 : 1), old[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, oldest[j - 1] + 1) }
      row.append(least)
    }
    (oldest, old) = (old, row)
  }
  return old[b.count]
}
