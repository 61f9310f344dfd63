import ArgumentParser

struct ListDevices: ParsableCommand {
  func run() throws {}
}
