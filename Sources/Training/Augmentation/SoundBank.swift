import Streaming
import Support

/// The recorded noises and impulse responses for augmentation, at the front end's rate.
struct SoundBank: Sendable {
  private(set) var noises: [[Float]] = []
  private(set) var responses: [[Float]] = []

  /// Without recordings.
  init() {}

  /// - Throws: an `OperationError` where a path has no recordings; the errors of `Sound` for an unreadable one.
  init(_ configuration: SoundConfiguration, rate: Int) throws {
    if let path = configuration.noise?.recordings {
      noises = try Self.read(path, rate: rate).map(\.samples).filter { $0.contains { $0 != 0 } }
      try Self.require(!noises.isEmpty, path, "noise", "a recording that is not silent")
    }
    if let path = configuration.reverberation?.responses {
      responses = try Self.read(path, rate: rate).compactMap { Room.recorded($0.samples) }
      try Self.require(!responses.isEmpty, path, "impulse response", "a recording that is not silent")
    }
  }

  /// Equal for the same sounds in the same order; nil for none.
  var fingerprint: UInt64? {
    guard !noises.isEmpty || !responses.isEmpty else { return nil }
    var fingerprint = Fingerprint()
    for sounds in [noises, responses] {
      fingerprint.mix(UInt32(truncatingIfNeeded: sounds.count))
      for sound in sounds {
        fingerprint.mix(UInt32(truncatingIfNeeded: sound.count))
        fingerprint.mix(sound)
      }
    }
    return fingerprint.value
  }

  private static func read(_ path: String, rate: Int) throws -> [Sound] {
    try FileTree.recordings(at: path).map { try Sound(path: $0).resampled(to: rate) }
  }

  private static func require(_ holds: Bool, _ path: String, _ what: String, _ need: String) throws(OperationError) {
    if !holds { throw OperationError(.noInput, "\(path) holds no \(what): \(need) is expected there") }
  }
}
