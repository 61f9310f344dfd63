import Foundation
import TestSupport
import Testing

/// Where Spark runs.
private enum Spark {
  /// A Python that has pyspark, where there is Java to run it.
  static let python: String? = {
    let named = ProcessInfo.processInfo.environment["SER_SPARK_PYTHON"]
    for python in [named, "python3"].compactMap({ $0 }) {
      let check = try? ChildProcess(
        "/bin/sh", ["-c", #"java -version && "$0" -c 'import pyspark'"#, python])
      if check?.end(within: .seconds(60)) == .exited(0) { return python }
    }
    return nil
  }()
}

/// The example under docs/, on a Spark that runs on this machine.
@Suite(
  "Apache Spark", .enabled(if: Spark.python != nil, "needs Java and a python3 with pyspark ($SER_SPARK_PYTHON)"),
  .timeLimit(.minutes(8)))
struct SparkTests {
  @Test("A list goes through a cluster and comes back as a table; a bad recording costs its own row only")
  func corpus() throws {
    try withTemporaryFolder { folder in
      var paths: [String] = []
      for index in 0..<6 {
        let url = folder.appending(path: "\(index) é.flac")
        try FileManager.default.copyItem(
          atPath: index.isMultiple(of: 2) ? Program.angry : Program.sad, toPath: url.path)
        paths.append(url.path)
      }
      let list = folder.appending(path: "recordings.txt")
      let table = folder.appending(path: "verdicts")
      try (paths + ["/no/such.flac"]).joined(separator: "\n").write(to: list, atomically: true, encoding: .utf8)
      let programs = URL(filePath: Program.path).deletingLastPathComponent().path
      let search = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
      let variables = [
        "PATH": "\(programs):\(search)", "PYSPARK_PYTHON": Spark.python!, "SPARK_LOCAL_IP": "127.0.0.1",
        "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8", "SPARK_LOCAL_DIRS": folder.path,
      ]
      let example = Program.root.appending(path: "docs/examples/score_corpus.py").path
      // Runs the example as a program of its own would, then reads what it wrote in the same session: starting Spark
      // once more takes longer than everything else.
      let script = """
        import json, runpy, sys
        from pyspark.sql import SparkSession
        example, table = sys.argv[1], sys.argv[3]
        sys.argv = sys.argv[1:]
        try:
            runpy.run_path(example, run_name="__main__")
        except SystemExit as end:
            print(json.dumps(end.code))
        for row in SparkSession.builder.getOrCreate().read.parquet(table).orderBy("path").collect():
            print(json.dumps([row.path, row.label, row.confidence]))
        """
      let job = try ChildProcess(
        "/usr/bin/env", [Spark.python!, "-c", script, example, list.path, table.path, "3"], environment: variables)
      #expect(job.end(within: .seconds(400)) == .exited(0), "\(job.errors.text.suffix(2000))")
      #expect(job.errors.text.contains("no verdict: /no/such.flac"))
      let lines = job.lines.all.drop { $0 != "65" }
      #expect(lines.first == "65", "\(job.lines.text)")
      let rows = try lines.dropFirst().map { try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [Any]) }
      #expect(rows.map { $0[0] as? String } == paths)
      let direct = try Program.run("file", Program.angry, Program.sad, "--format", "jsonl", "--events", "file").events()
      for (index, row) in rows.enumerated() {
        let event = direct[index % 2]
        #expect(row[1] as? String == event.label && row[2] as? Double == event["confidence"])
      }
    }
  }
}
