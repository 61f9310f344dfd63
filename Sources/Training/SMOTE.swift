import Models
import Support

/// Synthetic minority oversampling (Chawla et al. 2002): interpolates further vectors of rarer labels.
///
/// For networks and classifiers whose input is one vector per clip, such as statistics of an utterance.
public enum SMOTE {
  /// Adds vectors until all labels are as frequent as the most frequent one, as imbalanced-learn's `SMOTE` does.
  ///
  /// A new vector is x + u · (n − x): x is any vector of the label, n one of its nearest neighbours among those of the
  /// same label, and u is drawn from [0, 1). A label with few vectors has fewer neighbours; one with a single vector
  /// gets copies of it.
  ///
  /// - Parameters:
  ///   - vectors: of the same width, one per clip.
  ///   - labels: one per vector, at least 0.
  ///   - neighbours: number of nearest neighbours to choose from, at least 1; distance is Euclidean.
  /// - Returns: the original vectors and labels, followed by the new ones, label by label.
  public static func oversample(
    _ vectors: [[Float]], labels: [Int], neighbours: Int = 5, using random: inout RandomSource
  ) -> (vectors: [[Float]], labels: [Int]) {
    precondition(vectors.count == labels.count, "a label for each vector")
    precondition(neighbours >= 1, "at least one neighbour")
    precondition(vectors.allSatisfy { $0.count == vectors[0].count }, "vectors of one width")
    let ofLabel = Dictionary(grouping: vectors.indices) { labels[$0] }
    let wanted = ofLabel.values.map(\.count).max() ?? 0
    var result = (vectors: vectors, labels: labels)
    for label in ofLabel.keys.sorted() {
      let members = ofLabel[label]!
      guard members.count < wanted else { continue }
      let nearest = members.map { self.nearest(neighbours, to: $0, among: members, vectors) }
      for _ in members.count..<wanted {
        let drawn = random.index(below: members.count)
        let from = vectors[members[drawn]]
        let others = nearest[drawn]
        let to = others.isEmpty ? from : vectors[others[random.index(below: others.count)]]
        let share = random.uniform()
        result.vectors.append(zip(from, to).map { $0 + share * ($1 - $0) })
        result.labels.append(label)
      }
    }
    return result
  }

  /// The nearest others, by index; equally near ones in their order.
  private static func nearest(_ count: Int, to index: Int, among members: [Int], _ vectors: [[Float]]) -> [Int] {
    let distances = members.filter { $0 != index }.map { other in
      (distance: zip(vectors[index], vectors[other]).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }, other)
    }
    return distances.sorted { ($0.distance, $0.1) < ($1.distance, $1.1) }.prefix(count).map(\.1)
  }
}
