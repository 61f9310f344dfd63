import ArgumentParser

/// How commands that report once and end write: for people, or an object a line for programs.
enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
  case text, jsonl
}
