import ArgumentParser

struct File: ParsableCommand {
  func run() throws {}
}
