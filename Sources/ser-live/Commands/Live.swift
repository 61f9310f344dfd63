import ArgumentParser

struct Live: ParsableCommand {
  func run() throws {}
}
