import ArgumentParser

/// Output format of commands with a single report: text, or a JSON object per line.
enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
  case text, jsonl
}
