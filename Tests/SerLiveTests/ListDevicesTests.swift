import Capture
import Testing

@testable import ser_live

@Suite("The list of devices")
struct ListDevicesTests {
  private static let device = CaptureDevice(name: "hw:1,0", description: "A \"USB\"\tmicrophone")

  @Test(
    "One line a device, in both forms",
    arguments: [
      (
        DeviceOffer.open(rates: [16_000, 48_000], converts: false, channels: 1...1), "16000, 48000 Hz\t1 channel",
        #""available":true,"rates":[16000,48000],"any_rate":false,"channels_min":1,"channels_max":1}"#
      ),
      (
        .open(rates: [8000, 48_000], converts: true, channels: 1...32), "any from 8000 to 48000 Hz\t1 to 32 channels",
        #""available":true,"rates":[8000,48000],"any_rate":true,"channels_min":1,"channels_max":32}"#
      ),
      (
        .open(rates: [], converts: false, channels: 2...2), "uncommon Hz\t2 channels",
        #""available":true,"rates":[],"any_rate":false,"channels_min":2,"channels_max":2}"#
      ),
      (
        .closed(reason: "in use by another program"), "cannot be opened: in use by another program",
        #""available":false,"reason":"in use by another program"}"#
      ),
    ])
  func forms(offer: DeviceOffer, text: String, json: String) {
    #expect(ListDevices.text(Self.device, offer) == "hw:1,0\tA \"USB\"\u{FFFD}microphone\t\(text)")
    #expect(
      String(decoding: ListDevices.line(Self.device, offer).bytes, as: UTF8.self)
        == #"{"type":"device","name":"hw:1,0","description":"A \"USB\"\tmicrophone","# + json + "\n")
  }

  @Test("Channels are chosen by number or mixed", arguments: [("mix", nil), ("1", 1), ("8", 8)] as [(String, Int?)])
  func channels(argument: String, number: Int?) {
    #expect(ChannelChoice(argument: argument)?.number == number)
    #expect(ChannelChoice(argument: "each") == .each && ChannelChoice.each.number == nil)
    for bad in ["0", "-1", "left", ""] { #expect(ChannelChoice(argument: bad) == nil) }
  }
}
