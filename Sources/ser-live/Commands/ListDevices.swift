import ArgumentParser
import Capture

struct ListDevices: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices",
    abstract: "Lists the capture devices.",
    discussion: """
      One per line, separated by tabs: the name for `ser-live live --device NAME`, a description, the sample rates \
      without conversion, and the channels. Each device is opened briefly to read them; a device that cannot be opened \
      within 2 s is listed with the reason.

      Examples:
        ser-live devices
        ser-live devices --format jsonl | jq -r 'select(.available) | .name'
      """)

  @Option(help: "Format of the list.") var format = ReportFormat.text

  func run() throws {
    let devices = try Devices.list(stop: Interruption.flag, waiting: CaptureOptions.waiting)
    if devices.isEmpty {
      Messages.write("ser-live: there is no capture device; plug a microphone in, or see docs/capture.md")
    }
    var survey = DeviceSurvey()
    for device in devices {
      let offer = survey.offer(of: device.name)
      switch format {
      case .text: try Output.standard.writeText(Self.text(device, offer) + "\n")
      case .jsonl: try Output.standard.write(Self.line(device, offer).bytes)
      }
    }
  }

  static func text(_ device: CaptureDevice, _ offer: DeviceOffer) -> String {
    let offered: [String]
    switch offer {
    case .open(let rates, let converts, let channels):
      let named = rates.map(String.init).joined(separator: ", ")
      let several = converts ? "any from \(rates.first ?? 0) to \(rates.last ?? 0)" : named.isEmpty ? "uncommon" : named
      let (least, most) = (channels.lowerBound, channels.upperBound)
      let count = least < most ? "\(least) to \(most) channels" : least == 1 ? "1 channel" : "\(least) channels"
      offered = ["\(several) Hz", count]
    case .closed(let reason): offered = ["cannot be opened: \(reason)"]
    }
    return ([device.name, device.description] + offered).map(\.printable).joined(separator: "\t")
  }

  static func line(_ device: CaptureDevice, _ offer: DeviceOffer) -> JSONLine {
    var line = JSONLine(type: "device")
    line.add("name", device.name)
    line.add("description", device.description)
    switch offer {
    case .open(let rates, let converts, let channels):
      line.add("available", true)
      line.add("rates", rates)
      line.add("any_rate", converts)
      line.add("channels_min", channels.lowerBound)
      line.add("channels_max", channels.upperBound)
    case .closed(let reason):
      line.add("available", false)
      line.add("reason", reason)
    }
    return line
  }
}
