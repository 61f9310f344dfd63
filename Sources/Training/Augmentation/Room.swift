import Glibc
import Models
import Support

/// Impulse responses of rooms. All begin with the direct sound, so that there is no delay, and have an energy of 1, so
/// that noise-like sounds keep their level.
enum Room {
  /// A simulated room: the direct sound, followed by Gaussian noise that decays by 60 dB in `rt60` seconds, where the
  /// response ends (Moorer 1979; Polack 1988).
  ///
  /// - Parameter direct: energy of the direct sound over that of the reverberation, in dB.
  static func simulated(rt60: Double, direct: Double, rate: Int, using random: inout RandomSource) -> [Float] {
    let count = max(2, Int(rt60 * Double(rate)))
    let decay = -3 * log(10) / (rt60 * Double(rate))
    var response = (0..<count).map { random.normal() * Float(exp(decay * Double($0))) }
    response[0] = 0
    let energy = response.reduce(0) { $0 + $1 * $1 }
    response[0] = (energy * Float(pow(10, direct / 10))).squareRoot()
    return normalized(response)
  }

  /// A recorded response from its highest peak on; nil for silence.
  static func recorded(_ samples: [Float]) -> [Float]? {
    guard let peak = samples.indices.max(by: { abs(samples[$0]) < abs(samples[$1]) }), samples[peak] != 0 else {
      return nil
    }
    return normalized(Array(samples[peak...]))
  }

  private static func normalized(_ response: [Float]) -> [Float] {
    let scale = 1 / response.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return response.map { scale * $0 }
  }
}
