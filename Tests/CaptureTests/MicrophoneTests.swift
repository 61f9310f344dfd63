import Capture
import Foundation
import Support
import TestSupport
import Testing

@Suite("Microphone", .serialized)
struct MicrophoneTests {
  @Test(
    "A tone that is played arrives with its frequency and level, and its time",
    .enabled(if: VirtualMicrophone.isAvailable, "\(VirtualMicrophone.requirement)"), arguments: [48_000, 16_000])
  func tonePlayed(rate: Int) throws {
    try VirtualMicrophone.exclusively(rate: rate) { server in
      let stop = StopFlag()
      var microphone = try Microphone(device: VirtualMicrophone.device, stop: stop)
      let frequency = 997.0
      let samples = tone(frequency, rate: rate, count: 2 * rate, amplitude: 0.25)
      let player = Thread {
        try? server.play(samples, rate: rate)
        usleep(300_000)
        stop.requestStop()
      }
      player.start()
      var heard: [Float] = []
      var buffer = [Float](repeating: 0, count: 4096)
      var ages: [Double] = []
      while true {
        var span = buffer.mutableSpan
        let count = try microphone.read(into: &span)
        if count == 0 { break }
        heard += buffer.prefix(count)
        let captured = microphone.captureTime(ofSample: heard.count)
        ages.append(MonotonicClock().now() - (try #require(captured)))
      }
      #expect(microphone.takeWarnings() == [])
      // Samples are read as soon as they are there, and never before. Both cores may be busy with other tests.
      #expect((-0.002..<0.05).contains(ages.sorted()[ages.count / 2]))
      #expect(ages.allSatisfy { (-0.06..<1).contains($0) })

      let loud = heard.indices.filter { abs(heard[$0]) > 0.02 }
      let (first, last) = try (#require(loud.first), #require(loud.last))
      let duration = Double(last - first) / Double(microphone.sampleRate)
      #expect(abs(duration - 2) < 0.02, "\(duration) s of the tone were heard")
      let middle = heard[(first + 2000)..<(last - 2000)]
      let power = middle.reduce(0) { $0 + Double($1 * $1) } / Double(middle.count)
      #expect(abs(power.squareRoot() - 0.25 / 2.0.squareRoot()) < 0.002)
      let crossings = zip(middle, middle.dropFirst()).count { $0 < 0 && $1 >= 0 }
      let measured = Double(crossings) * Double(microphone.sampleRate) / Double(middle.count)
      #expect(abs(measured - frequency) < 1)
    }
  }

  @Test(
    "What is played arrives sample for sample, in order",
    .enabled(if: VirtualMicrophone.isAvailable, "\(VirtualMicrophone.requirement)"),
    arguments: VirtualMicrophone.Server.allCases)
  func everySample(kind: VirtualMicrophone.Server) throws {
    let rate = 48_000
    try VirtualMicrophone.exclusively(server: kind, rate: rate) { server in
      let stop = StopFlag()
      var microphone = try Microphone(device: VirtualMicrophone.device, stop: stop)
      try #require(microphone.sampleRate == rate)
      // Noise, of which no piece resembles another; it begins loudly after a silence.
      var generator = SystemRandomNumberGenerator()
      let noise = [0.5] + (1..<3 * rate).map { _ in Float.random(in: -0.5...0.5, using: &generator) }
      let silence = [Float](repeating: 0, count: rate / 4)
      let player = Thread {
        try? server.play(silence + noise + silence, rate: rate)
        usleep(300_000)
        stop.requestStop()
      }
      player.start()
      let heard = try readAll(&microphone)
      #expect(microphone.takeWarnings() == [])

      let begin = try #require(heard.firstIndex { abs($0) > 0.25 })
      try #require(heard.count >= begin + noise.count)
      let arrived = Array(heard[begin..<begin + noise.count])
      #expect(correlation(noise, arrived) > 0.999)
      // A sample that is lost or doubled shifts all that follow.
      let block = rate / 100
      let worst = stride(from: 0, to: noise.count, by: block).map {
        correlation(Array(noise[$0..<$0 + block]), Array(arrived[$0..<$0 + block]))
      }.min()
      #expect(try #require(worst) > 0.999)
    }
  }

  private func correlation(_ a: [Float], _ b: [Float]) -> Double {
    func product(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
    let power = product(a, a) * product(b, b)
    return power > 0 ? product(a, b) / power.squareRoot() : 0
  }

  @Test(
    "A sound server that dies and returns is reported; the stream and its clock go on",
    .enabled(if: VirtualMicrophone.isAvailable, "\(VirtualMicrophone.requirement)"),
    arguments: VirtualMicrophone.Server.allCases)
  func serverDies(kind: VirtualMicrophone.Server) throws {
    try VirtualMicrophone.exclusively(server: kind) { server in
      let stop = StopFlag()
      var microphone = try Microphone(device: VirtualMicrophone.device, stop: stop)
      let controller = Thread {
        usleep(700_000)
        try? server.killServer()
        usleep(700_000)
        try? server.restartServer()
      }
      controller.start()
      var buffer = [Float](repeating: 0, count: 4096)
      var position = 0
      var codes: [CaptureWarning.Code] = []
      let begin = ContinuousClock.now
      while codes.last != .reconnected, ContinuousClock.now - begin < .seconds(15) {
        var span = buffer.mutableSpan
        let count = try microphone.read(into: &span)
        position += count
        codes += microphone.takeWarnings().map(\.code)
      }
      #expect(codes.filter { $0 != .xrun } == [.disconnected, .reconnected])
      #expect(microphone.statistics.disconnections == 1)
      #expect(microphone.statistics.lostSamples > microphone.sampleRate / 2)
      // The sample clock kept the gap: the newest sample is new.
      let reconnected = ContinuousClock.now
      while ContinuousClock.now - reconnected < .seconds(1) {
        var span = buffer.mutableSpan
        position += try microphone.read(into: &span)
      }
      let captured = microphone.captureTime(ofSample: position)
      let age = MonotonicClock().now() - (try #require(captured))
      #expect((-0.06..<0.3).contains(age), "the newest sample is \(age) s old")
      stop.requestStop()
    }
  }

  @Test(
    "A sound server that hangs does not keep the program from ending",
    .enabled(if: VirtualMicrophone.isAvailable, "\(VirtualMicrophone.requirement)"))
  func serverHangs() throws {
    try VirtualMicrophone.exclusively { server in
      let stop = StopFlag()
      let begin: ContinuousClock.Instant
      do {
        var microphone = try Microphone(device: VirtualMicrophone.device, stop: stop)
        var buffer = [Float](repeating: 0, count: 4096)
        var span = buffer.mutableSpan
        #expect(try microphone.read(into: &span) > 0)
        try server.freezeServer()
        Thread {
          usleep(300_000)
          stop.requestStop()
        }.start()
        begin = .now
        while true {
          var span = buffer.mutableSpan
          if try microphone.read(into: &span) == 0 { break }
        }
      }
      // 0.3 s until the stop, half a second for a thread that may be stuck; busy cores take the rest.
      #expect(ContinuousClock.now - begin < .seconds(2))
    }
  }

  @Test("A device that does not exist is named, with what to do", arguments: ["no-such-device", "hw:77", ""])
  func missing(name: String) {
    let error = #expect(throws: CaptureError.self) { _ = try Microphone(device: name).sampleRate }
    #expect(error?.kind == .deviceUnavailable)
    #expect(error?.message.contains("\"\(name)\"") == true)
    #expect(error?.message.contains("ser-live devices") == true)
  }

  @Test(
    "Impossible numbers are usage errors",
    arguments: [(0, 10, 100), (9, 10, 100), (1, 0, 100), (1, 100, 150), (1, 10, 99_999)])
  func usage(channel: Int, period: Int, buffer: Int) {
    let error = #expect(throws: CaptureError.self) {
      _ = try Microphone(channel: .only(channel), period: period, buffer: buffer).sampleRate
    }
    #expect(error?.kind == .usage)
  }

  @Test("ALSA's own plugins work, and a channel can be chosen", arguments: [nil, 1, 2])
  func nullDevice(channel: Int?) throws {
    // The null device delivers zeros as fast as they are read.
    var microphone = try Microphone(device: "null", channel: channel.map { .only($0) } ?? .mix)
    var buffer = [Float](repeating: 1, count: 1000)
    var span = buffer.mutableSpan
    let count = try microphone.read(into: &span)
    #expect(count > 0 && buffer.prefix(count).allSatisfy { $0 == 0 })
  }

  @Test(
    "The virtual microphone is listed with its description",
    .enabled(if: VirtualMicrophone.isAvailable, "\(VirtualMicrophone.requirement)"))
  func listed() throws {
    try VirtualMicrophone.exclusively { _ in
      #expect(
        Devices.list().contains(
          CaptureDevice(name: VirtualMicrophone.device, description: "Virtual microphone")))
      #expect(!Devices.list().contains { $0.name == "null" })
    }
  }
}
