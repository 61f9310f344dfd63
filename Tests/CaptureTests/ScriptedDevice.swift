import Glibc

@testable import Capture

/// The world of one test: a clock that only sleeping and waiting move, and what the device answers to each call.
///
/// Every list is consumed from the front; an empty one means the normal answer: a period passes, the state is running,
/// a period of samples is read, calls succeed.
final class Script: CaptureClock, @unchecked Sendable {
  enum Read {
    case frames(Int)
    case error(Int32)
  }

  var time = 1000.0
  var waits: [(events: Int32, seconds: Double)] = []
  var states: [PCMState] = []
  var reads: [Read] = []
  var prepares: [Int32] = []
  var starts: [Int32] = []
  var resumes: [Int32] = []
  var opens: [Int32] = []
  /// What the driver's stamp is off by; nil for a driver without stamps.
  var stampErrors: [Double?] = []

  /// The calls so far, by name, with those of every wake-up left out.
  var calls: [String] = []
  var sleeps: [Double] = []
  /// The next value to be read: values count up from 1.
  var value: Float = 1

  func now() -> Double { time }

  func sleep(seconds: Double) {
    sleeps.append(seconds)
    time += seconds
  }

  func next<T>(_ list: inout [T]) -> T? { list.isEmpty ? nil : list.removeFirst() }
}

/// A device of 1000 Hz with periods of 10 frames; channel c of a frame is its value and c hundredths.
struct ScriptedDevice: PCMDevice, ~Copyable {
  let script: Script
  var deliveredChannels = 1
  let sampleRate = 1000
  let periodFrames = 10
  let bufferFrames = 100

  var state: PCMState { mutating get { script.next(&script.states) ?? .running } }

  mutating func open() -> Int32 { answer("open", \.opens) }
  mutating func close() { script.calls.append("close") }
  mutating func prepare() -> Int32 { answer("prepare", \.prepares) }
  mutating func start() -> Int32 { answer("start", \.starts) }
  mutating func resume() -> Int32 { answer("resume", \.resumes) }

  mutating func wait(milliseconds: Int32) -> Int32 {
    let (events, seconds) = script.next(&script.waits) ?? (Int32(POLLIN), 0.01)
    script.time += seconds
    return events
  }

  mutating func timeOfNextFrame() -> Double? {
    let first = script.time - 0.01
    guard let error = script.next(&script.stampErrors) else { return first }
    return error.map { first + $0 }
  }

  mutating func read(into samples: inout MutableSpan<Float>) -> Int {
    switch script.next(&script.reads) ?? .frames(10) {
    case .error(let code): return -Int(code)
    case .frames(let count):
      for index in 0..<count {
        for channel in 0..<deliveredChannels {
          samples[index * deliveredChannels + channel] = script.value + Float(channel) / 100
        }
        script.value += 1
      }
      return count
    }
  }

  private func answer(_ call: String, _ list: ReferenceWritableKeyPath<Script, [Int32]>) -> Int32 {
    script.calls.append(call)
    return script.next(&script[keyPath: list]) ?? 0
  }
}

/// A capture loop on a scripted device, with both of its ends.
struct Rig: ~Copyable {
  let script: Script
  var loop: CaptureLoop<ScriptedDevice, Script>
  var reader: CaptureReader
  private let shared: UnsafeMutablePointer<CaptureShared>

  init(ring: Int = 100_000, marks: Int = 256, channels: Int = 1) {
    script = Script()
    shared = .allocate(capacity: 1)
    shared.initialize(to: CaptureShared())
    let samples = RingBuffer<Float>(capacity: ring)
    let notes = RingBuffer<CaptureMark>(capacity: marks)
    let writer = CaptureWriter(samples: samples.producer, marks: notes.producer, shared: shared, channels: channels)
    loop = CaptureLoop(
      device: ScriptedDevice(script: script, deliveredChannels: channels), clock: script, writer: writer)
    reader = CaptureReader(samples: samples.consumer, marks: notes.consumer, sampleRate: 1000, channels: channels)
  }

  deinit {
    shared.deinitialize(count: 1)
    shared.deallocate()
  }

  var origin: Double { Double(bitPattern: shared.pointee.origin.load(ordering: .relaxed)) }
  var dropped: Int { shared.pointee.dropped.load(ordering: .relaxed) }
  var lost: Int { shared.pointee.lost.load(ordering: .relaxed) }
  var xruns: Int { shared.pointee.xruns.load(ordering: .relaxed) }
  var disconnections: Int { shared.pointee.disconnections.load(ordering: .relaxed) }

  mutating func step(_ count: Int = 1) {
    for _ in 0..<count { loop.step() }
  }

  /// Everything that waits for the consumer.
  mutating func drain(chunk: Int = 64) -> [Float] {
    var samples: [Float] = []
    while true {
      var buffer = [Float](repeating: -1, count: chunk)
      var span = buffer.mutableSpan
      let count = reader.read(into: &span)
      if count == 0 { return samples }
      samples += buffer.prefix(count)
    }
  }
}
