import ArgumentParser
import Support
import Training

extension RAVDESS.Part: ExpressibleByArgument {}

/// Sources of labelled recordings.
struct DataOptions: ParsableArguments {
  @Option(
    help: """
      A folder with RAVDESS, or a manifest (.csv) of any other corpus; several are joined. See docs/data.md.
      """)
  var data: [String]
  @Option(help: "Part of RAVDESS to use.") var ravdess = RAVDESS.Part.speech

  /// All recordings as one corpus: those of RAVDESS, then those of the manifests.
  func corpus() throws(OperationError) -> Corpus { try Corpus.joined(corpora()) }

  /// The corpora, separately.
  func corpora() throws(OperationError) -> [Corpus] { try corpora(data) }

  /// Recordings of the same kind from other paths.
  func corpora(_ data: [String]) throws(OperationError) -> [Corpus] { try Self.corpora(data, ravdess: ravdess) }

  /// - Parameter ravdess: the part of RAVDESS to use.
  static func corpora(_ data: [String], ravdess: RAVDESS.Part) throws(OperationError) -> [Corpus] {
    var corpora: [Corpus] = []
    let folders = data.filter { !Manifest.isManifest($0) }
    if !folders.isEmpty { corpora.append(try RAVDESS.scan(folders, part: ravdess)) }
    for manifest in data where Manifest.isManifest(manifest) { corpora.append(try Manifest.read(manifest)) }
    return corpora
  }
}
