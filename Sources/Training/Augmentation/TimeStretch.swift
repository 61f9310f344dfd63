import CSoundTouch

/// Changes tempo and pitch of a recording independently (SoundTouch).
enum TimeStretch {
  /// - Parameters:
  ///   - samples: mono.
  ///   - tempo: a factor, 1 unchanged, 2 twice as fast.
  ///   - semitones: 0 unchanged, 12 an octave up.
  static func apply(_ samples: [Float], sampleRate: Int, tempo: Double, semitones: Double) -> [Float] {
    // SoundTouch pads the end by up to a few of its blocks.
    let capacity = Int(Double(samples.count) / tempo) + sampleRate
    return [Float](unsafeUninitializedCapacity: capacity) { buffer, count in
      // SAFETY: SoundTouch writes at most `capacity` samples and returns their number.
      let produced = ser_soundtouch(
        samples, samples.count, UInt32(sampleRate), Float(tempo), Float(semitones), buffer.baseAddress, capacity)
      precondition(produced >= 0, "SoundTouch refused \(tempo) and \(semitones)")
      count = min(produced, capacity)
    }
  }
}
