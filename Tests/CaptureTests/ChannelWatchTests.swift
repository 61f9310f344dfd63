import Foundation
import Testing

@testable import Capture

@Suite("Watching channels")
struct ChannelWatchTests {
  private static let rate = 8000

  /// Noise of a level, the same for the same seed.
  private func noise(_ seconds: Double, level: Double = -30, seed: UInt32 = 1) -> [Float] {
    var state = seed
    let amplitude = Float(pow(10, level / 20) * 3.0.squareRoot())
    return (0..<Int(seconds * Double(Self.rate))).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return amplitude * (Float(state >> 8) / Float(1 << 23) - 1)
    }
  }

  private func constant(_ seconds: Double, _ value: Float = 0) -> [Float] {
    Array(repeating: value, count: Int(seconds * Double(Self.rate)))
  }

  /// What is found in channels, which must not depend on the pieces that they come in.
  private func warnings(
    _ channels: [[Float]], _ kind: ChannelWatch.Kind = .live, isMixed: Bool = true,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> [CaptureWarning] {
    let samples = channels[0].indices.flatMap { frame in channels.map { $0[frame] } }
    var results: [[CaptureWarning]] = []
    for frames in [80, 997, 16_384] {
      var watch = ChannelWatch(channels: channels.count, sampleRate: Self.rate, kind: kind, isMixed: isMixed)
      for start in stride(from: 0, to: samples.count, by: frames * channels.count) {
        watch.push(samples.span.extracting(start..<min(start + frames * channels.count, samples.count)))
      }
      watch.finish()
      results.append(watch.takeWarnings())
      #expect(watch.takeWarnings().isEmpty)
    }
    for result in results { #expect(result == results[0], sourceLocation: sourceLocation) }
    return results[0]
  }

  @Test("Five seconds of one sample are said once, and again after they ended", arguments: [0, 0.25] as [Float])
  func muted(value: Float) {
    let found = warnings([noise(1) + constant(10, value) + noise(1) + constant(5.1, value) + noise(0.5)])
    #expect(found.map(\.code) == [.muted, .muted])
    // The last sample of the noise may be the same by chance, which it is not here.
    #expect(found.map(\.sample) == [Self.rate, 12 * Self.rate])
    #expect(found[0].message.contains("5 s") && found[0].message.contains("unmute") && found[0].channel == nil)
    #expect(warnings([constant(4.99, value) + noise(1) + constant(4.99, value)]).isEmpty)
    #expect(warnings([constant(10, value)]).map(\.sample) == [0])
  }

  @Test("One bit of noise is a microphone in a quiet room")
  func quiet() {
    #expect(warnings([noise(20, level: -96).map { ($0 * 0x1p15).rounded() / 0x1p15 }]).isEmpty)
  }

  @Test("A recording may hold exact zeros for long, but not half a minute, nor nothing else")
  func recording() {
    func found(_ samples: [Float]) -> [CaptureWarning] { warnings([samples], .recording) }
    #expect(found(constant(2) + noise(2) + constant(2)).isEmpty)
    #expect(found(noise(1) + constant(20) + noise(1) + constant(29) + noise(1)).isEmpty)
    #expect(found(noise(1) + constant(31) + noise(1)).map(\.sample) == [Self.rate])
    let whole = found(constant(4, -0.5))
    #expect(whole.map(\.code) == [.muted] && whole[0].message.contains("whole recording"))
    #expect(found(constant(40)).count == 1)
    #expect(found(constant(0.5)).isEmpty)
  }

  @Test("Of channels that are mixed all must be muted, of others each counts")
  func several() {
    let channels = [noise(7), constant(7), constant(7)]
    #expect(warnings(channels).isEmpty)
    let found = warnings(channels, isMixed: false)
    #expect(found.map(\.code) == [.muted, .muted] && found.map(\.channel) == [2, 3])
    #expect(found[0].message.contains("channel 2"))
    #expect(warnings([constant(7), constant(7, 0.1)]).map(\.channel) == [nil])
    // They are muted together for less than 5 s.
    #expect(warnings([constant(6) + noise(4), noise(4) + constant(6)]).isEmpty)
  }

  @Test("An inverted channel is said, as it is, softer, in noise of its own, and among others")
  func cancelled() {
    let voice = noise(4)
    func inverted(_ gain: Float) -> [Float] { voice.map { -gain * $0 } }
    let hiss = noise(4, level: -50, seed: 9)
    let noisy = hiss.indices.map { hiss[$0] - voice[$0] }
    for other in [inverted(1), inverted(0.8), noisy] {
      for channels in [[voice, other], [other, voice], [voice, other, voice, other]] {
        let found = warnings(channels)
        #expect(found.map(\.code) == [.cancelled] && found[0].sample == 0)
        #expect(found[0].message.contains("inverted") && found[0].message.contains("use --channel "))
      }
    }
    // Only short: the end of a recording is looked at, too.
    #expect(
      warnings([Array(voice.prefix(4000)), Array(inverted(1).prefix(4000))], .recording).map(\.code) == [.cancelled])
    #expect(warnings([voice, inverted(1)], isMixed: false).isEmpty)
  }

  @Test("It is said again after it ended and came back")
  func again() {
    let voice = noise(15)
    let other = voice.indices.map { 40_000..<80_000 ~= $0 ? voice[$0] : -voice[$0] }
    let found = warnings([voice, other])
    #expect(found.map(\.code) == [.cancelled, .cancelled])
    #expect(found[0].sample == 0 && 80_000..<100_000 ~= found[1].sample)
  }

  @Test("Channels that are alike, that have nothing in common, of which one is silent, or that are off zero")
  func together() {
    let voice = noise(5)
    #expect(warnings([voice, voice]).isEmpty)
    #expect(warnings([voice, noise(5, seed: 7)]).isEmpty)
    #expect(warnings([voice, noise(5, level: -70, seed: 7)]).isEmpty)
    // The mean of eight is 18 dB softer than the only one that has a voice.
    #expect(warnings([voice] + Array(repeating: constant(5), count: 7)).isEmpty)
    #expect(warnings([voice.map { $0 * 0.1 + 0.3 }, voice.map { $0 * 0.1 - 0.3 }]).isEmpty)
    // Softer than anything that could be understood.
    #expect(warnings([noise(5, level: -80), noise(5, level: -80).map { -$0 }]).isEmpty)
    // Half inverted: what is left is 12 dB softer.
    #expect(warnings([voice, voice.map { -0.5 * $0 }]).isEmpty)
  }

  @Test("Whether channels differ, and how loud each is")
  func differences() {
    func watch(_ channels: [[Float]]) -> ChannelWatch {
      var watch = ChannelWatch(channels: channels.count, sampleRate: Self.rate, kind: .live, isMixed: true)
      let samples = channels[0].indices.flatMap { frame in channels.map { $0[frame] } }
      watch.push(samples.span)
      return watch
    }
    let voice = noise(1)
    #expect(watch([voice, noise(1, seed: 5)]).channelsDiffer && watch([voice, constant(1)]).channelsDiffer)
    #expect(!watch([voice, voice]).channelsDiffer && !watch([voice, voice.map { $0 * 0.9 }]).channelsDiffer)
    #expect(!watch([voice]).channelsDiffer && watch([voice]).channelPowers.isEmpty)
    let powers = watch([voice, constant(1, 0.5)]).channelPowers
    #expect(abs(10 * log10(powers[0]) + 30) < 0.3 && powers[1] == 0)
  }

  /// Delivers silence that stands for missing samples, between sounds.
  private struct Interrupted: AudioSource, ~Copyable {
    let sampleRate = 8000
    var read = 0
    var isSubstitute: Bool { 11..<200 ~= read }

    mutating func read(into buffer: inout MutableSpan<Float>) -> Int {
      guard read < 210 else { return 0 }
      read += 1
      for index in 0..<800 { buffer[index] = isSubstitute ? 0 : Float(index % 7) / 10 }
      return 800
    }
  }

  @Test("Silence in the place of missing samples is no muted microphone")
  func missing() throws {
    var source = WatchedSource(Interrupted(), mixes: true, isRecording: false)
    #expect(try readAll(&source, chunks: [800]).count == 168_000)
    #expect(source.takeWarnings().isEmpty)
  }

  /// Several channels that are given.
  private struct Given: AudioSource, ~Copyable {
    let sampleRate = 8000
    let deliveredChannels: Int
    var rest: ArraySlice<Float>

    mutating func read(into buffer: inout MutableSpan<Float>) -> Int {
      let count = min(buffer.count - buffer.count % deliveredChannels, rest.count)
      for (index, sample) in rest.prefix(count).enumerated() { buffer[index] = sample }
      rest = rest.dropFirst(count)
      return count
    }
  }

  @Test("The mix is the mean, limited to full scale after it was taken; channels by themselves are limited, too")
  func mix() throws {
    let frames: [Float] = [1.5, -1, 0.25, 0.5, 3, 2, -0.5, 0.5]
    var mixed = WatchedSource(Given(deliveredChannels: 2, rest: frames[...]), mixes: true, isRecording: false)
    #expect(mixed.deliveredChannels == 1)
    #expect(try readAll(&mixed, chunks: [1, 3]) == [0.25, 0.375, 1, 0])
    var each = WatchedSource(Given(deliveredChannels: 2, rest: frames[...]), mixes: false, isRecording: false)
    #expect(each.deliveredChannels == 2)
    #expect(try readAll(&each, chunks: [2, 6]) == [1, -1, 0.25, 0.5, 1, 1, -0.5, 0.5])
  }
}
