import ArgumentParser
import Capture

struct ListDevices: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices",
    abstract: "Lists the devices that can be listened to.",
    discussion: """
      One a line: the name for `ser-live live --device NAME`, a tab, a description.

      Example:
        ser-live devices
      """)

  func run() throws {
    let devices = Devices.list()
    if devices.isEmpty {
      Messages.write("ser-live: there is no capture device; plug a microphone in, or see docs/architecture.md")
    }
    for device in devices { try Output.standard.write("\(device.name)\t\(device.description)\n") }
  }
}
