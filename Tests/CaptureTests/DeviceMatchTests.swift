import Testing

@testable import Capture

@Suite("The device that a person means")
struct DeviceMatchTests {
  /// As libasound lists two USB microphones and a sound server.
  private static let devices = [
    CaptureDevice(name: "pulse", description: "PulseAudio Sound Server"),
    CaptureDevice(name: "sysdefault:CARD=C920", description: "HD Pro Webcam C920, USB Audio, Default Audio Device"),
    CaptureDevice(name: "front:CARD=C920,DEV=0", description: "HD Pro Webcam C920, USB Audio, Front input"),
    CaptureDevice(name: "hw:CARD=C920,DEV=0", description: "HD Pro Webcam C920, USB Audio, Direct hardware device"),
    CaptureDevice(name: "plughw:CARD=C920,DEV=0", description: "HD Pro Webcam C920, USB Audio, With conversions"),
    CaptureDevice(name: "hw:CARD=Yeti,DEV=0", description: "Blue Yeti, USB Audio, Direct hardware device"),
    CaptureDevice(name: "hw:CARD=PCH,DEV=0", description: "HDA Intel PCH, Analog"),
    CaptureDevice(name: "hw:CARD=PCH,DEV=2", description: "HDA Intel PCH, Alternate Analog"),
  ]

  @Test(
    "By its name, or by a part of name or description, in any case",
    arguments: [
      ("pulse", "pulse"), ("hw:CARD=C920,DEV=0", "hw:CARD=C920,DEV=0"), ("soundserver", nil),
      ("sound server", "pulse"), ("c920", "plughw:CARD=C920,DEV=0"), ("WEBCAM", "plughw:CARD=C920,DEV=0"),
      ("yeti", "hw:CARD=Yeti,DEV=0"), ("alternate", "hw:CARD=PCH,DEV=2"), ("hda intel", nil), ("usb", nil), ("", nil),
    ])
  func match(wanted: String, name: String?) throws {
    guard let name else {
      #expect(throws: CaptureError.self) { try Devices.match(wanted, among: Self.devices) }
      return
    }
    #expect(try Devices.match(wanted, among: Self.devices).name == name)
  }

  @Test("What could be several is refused with a list of these only")
  func ambiguous() throws {
    let error = try #require(throws: CaptureError.self) { try Devices.match("hda", among: Self.devices) }
    #expect(error.kind == .deviceUnavailable)
    #expect(
      error.message.split(separator: "\n").dropFirst() == [
        "  hw:CARD=PCH,DEV=0: HDA Intel PCH, Analog", "  hw:CARD=PCH,DEV=2: HDA Intel PCH, Alternate Analog",
      ])
    // Without a card to tell, two are two.
    let twins = [CaptureDevice(name: "a", description: "Desk"), CaptureDevice(name: "b", description: "Desk")]
    #expect(throws: CaptureError.self) { try Devices.match("desk", among: twins) }
  }

  @Test("What is none is refused with a list of all")
  func missing() throws {
    let error = try #require(throws: CaptureError.self) { try Devices.match("car", among: Self.devices.dropLast(8)) }
    #expect(error.kind == .deviceUnavailable && error.message.contains("\"car\"") && !error.message.contains("\n"))
    let other = try #require(throws: CaptureError.self) { try Devices.match("gramophone", among: Self.devices) }
    #expect(other.message.split(separator: "\n").count == 1 + Self.devices.count)
    #expect(other.message.contains("ser-live devices") && other.message.contains("\n  pulse: PulseAudio Sound Server"))
  }

  @Test("A name that libasound knows needs no list, and is not taken for a part of a description")
  func defined() throws {
    #expect(try Devices.name(for: "null") == "null")
    #expect(try Devices.name(for: "plughw:5,0") == "plughw:5,0")
    #expect(try Devices.name(for: "default") == "default")
    #expect(throws: CaptureError.self) { try Devices.name(for: "no such device") }
  }

  @Test("What a device offers is seen by opening it")
  func offer() throws {
    guard case .open(let rates, let converts, let channels) = Devices.offer(of: "null") else {
      Issue.record("the null device can always be opened")
      return
    }
    #expect(rates.contains(16_000) && rates.contains(48_000) && rates == rates.sorted())
    #expect(converts && channels.contains(1) && channels.contains(8))
    #expect(Devices.offer(of: "hw:31") == .closed(reason: "what it stands for is not there"))
  }
}
