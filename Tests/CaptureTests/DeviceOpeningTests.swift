import Foundation
import Glibc
import Support
import Synchronization
import TestSupport
import Testing

@testable import Capture

@Suite("Devices that open slowly, or never", .serialized, .timeLimit(.minutes(1)))
struct DeviceOpeningTests {
  /// What a test sees of a device: whether it may open, and how often it was opened and closed.
  private final class Script: Sendable {
    let mayOpen = Atomic(false)
    let opened = Atomic(0)
    let closed = Atomic(0)

    /// Blocks as libasound does.
    func open() -> Device {
      while !mayOpen.load(ordering: .acquiring) { usleep(1000) }
      opened.add(1, ordering: .releasing)
      return Device(script: self)
    }
  }

  private struct Device: ~Copyable, Sendable {
    let script: Script
    deinit { script.closed.add(1, ordering: .releasing) }
  }

  private static let server = SoundServer(kind: .pulse, address: "unix:/run/silent")
  private static let patience = Patience(notice: 0.1, limit: 0.4)

  private func open(
    _ script: Script, stop: StopFlag = StopFlag(), server: SoundServer? = server, sentences: inout [String]
  ) throws(CaptureError) -> Device {
    try DeviceOpening.open(
      "desk", patience: Self.patience, stop: stop, waiting: { sentences.append($0) }, server: { server },
      { () throws(CaptureError) in script.open() })
  }

  @Test("A device that opens in time is handed over without a word, and open")
  func quick() throws {
    let script = Script()
    script.mayOpen.store(true, ordering: .releasing)
    var sentences: [String] = []
    let device = try open(script, sentences: &sentences)
    #expect(sentences == [])
    #expect(device.script.closed.load(ordering: .acquiring) == 0)
  }

  @Test("What a device throws at its opening is thrown")
  func failing() {
    let failure = CaptureError(.deviceUnavailable, "it is broken")
    let open: @Sendable () throws(CaptureError) -> Device = { () throws(CaptureError) in throw failure }
    #expect(throws: failure) {
      _ = try DeviceOpening.open("desk", stop: StopFlag(), waiting: { _ in }, server: { nil }, open).script
    }
  }

  @Test("After a time it is said once what is waited for; a device that opens then is taken")
  func slow() throws {
    let script = Script()
    let opener = Thread {
      usleep(250_000)
      script.mayOpen.store(true, ordering: .releasing)
    }
    opener.start()
    var sentences: [String] = []
    let device = try open(script, sentences: &sentences)
    #expect(device.script.opened.load(ordering: .acquiring) == 1)
    #expect(
      sentences == [
        "waiting for the sound server at unix:/run/silent (PulseAudio, or PipeWire in its place) to open the capture "
          + "device \"desk\""
      ])
  }

  @Test("A device that never opens is given up with a sentence that names its server; one that opens later is closed")
  func never() throws {
    let script = Script()
    var sentences: [String] = []
    let begin = ContinuousClock.now
    do {
      _ = try open(script, sentences: &sentences).script
      Issue.record("it was opened")
    } catch {
      #expect(error.kind == .serverUnavailable)
      #expect(error.message.contains("unix:/run/silent") && error.message.contains("\"desk\""))
    }
    #expect((.milliseconds(400)...(.seconds(3))).contains(ContinuousClock.now - begin))
    #expect(sentences.count == 1)
    script.mayOpen.store(true, ordering: .releasing)
    for _ in 0..<3000 where script.closed.load(ordering: .acquiring) == 0 { usleep(1000) }
    #expect(script.opened.load(ordering: .acquiring) == 1 && script.closed.load(ordering: .acquiring) == 1)
  }

  @Test("Without a server the sentence names the device")
  func hardware() throws {
    let script = Script()
    var sentences: [String] = []
    let error = #expect(throws: CaptureError.self) {
      _ = try open(script, server: nil, sentences: &sentences).script
    }
    #expect(error?.kind == .deviceUnavailable && error?.message.contains("\"desk\"") == true)
    #expect(sentences == ["waiting for the capture device \"desk\" to open"])
    script.mayOpen.store(true, ordering: .releasing)
  }

  @Test("A stop ends the wait at once")
  func stopped() throws {
    let script = Script()
    let stop = StopFlag()
    Thread {
      usleep(50_000)
      stop.requestStop()
    }.start()
    var sentences: [String] = []
    let begin = ContinuousClock.now
    let error = #expect(throws: CaptureError.self) {
      _ = try open(script, stop: stop, sentences: &sentences).script
    }
    #expect(error?.kind == .stopped)
    #expect(ContinuousClock.now - begin < .milliseconds(350))
    script.mayOpen.store(true, ordering: .releasing)
  }

  @Test(
    "The server behind a device is found through the plugins before it",
    .enabled(if: VirtualMicrophone.isAvailable, "\(VirtualMicrophone.requirement)"))
  func server() throws {
    try SilentSoundServer.exclusively { silent in
      let server = SoundServer(kind: .pulse, address: silent.address)
      #expect(SoundServer.behind("default") == server)
      #expect(SoundServer.behind("behind") == server)
      #expect(SoundServer.behind("elsewhere") == SoundServer(kind: .pulse, address: "tcp:192.0.2.1"))
      for name in ["circle", "hardware", "no such device", ""] { #expect(SoundServer.behind(name) == nil) }
    }
  }

  @Test(
    "Through the real libasound: a server that says nothing holds up neither a stop nor the list of what there is",
    .enabled(if: VirtualMicrophone.isAvailable, "\(VirtualMicrophone.requirement)"))
  func silent() throws {
    try SilentSoundServer.exclusively { _ in
      let stop = StopFlag()
      Thread {
        usleep(200_000)
        stop.requestStop()
      }.start()
      let begin = ContinuousClock.now
      let error = #expect(throws: CaptureError.self) { _ = try Microphone(stop: stop).sampleRate }
      #expect(error?.kind == .stopped)
      #expect(ContinuousClock.now - begin < .seconds(1))
      #expect(Devices.offer(of: "default") == .closed(reason: "its sound server does not answer"))
      #expect(ContinuousClock.now - begin < .seconds(5))
      // The server is asked once; `default` and `behind` are both its own.
      var survey = DeviceSurvey()
      let surveyed = ContinuousClock.now
      #expect(["default", "behind", "default"].allSatisfy { survey.offer(of: $0) == Devices.mute })
      #expect(survey.offer(of: "hardware") != Devices.mute)
      #expect(ContinuousClock.now - surveyed < .seconds(3.5))
    }
  }
}
