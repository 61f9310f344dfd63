import Foundation
import Synchronization

/// A sound card without hardware that counts its samples, so that every one of them can be told, and fails on command.
///
/// It is the plugin `ALSAFaultPlugin` for libasound, which the package manager builds beside the tests: real calls, real
/// error codes, real time. Each run has a clock of its own that starts when the device is first opened.
public struct CountingSoundCard: Sendable {
  /// What goes wrong, see the plugin's header.
  public enum Fault: String, Sendable {
    case none, xrun, suspend, disconnect
  }

  /// What `Microphone(device:)` and `--device` call it.
  public static let device = "counter"

  private static let runs = Atomic<Int>(0)

  /// What a process needs in its environment to open the device.
  public let environment: [String: String]

  /// Makes the card this process's while `body` runs; one borrower of sound devices at a time.
  ///
  /// - Parameters:
  ///   - rate: In Hz.
  ///   - format: As ALSA names it: S16_LE, S24_3LE, S24_LE, S32_LE or FLOAT_LE.
  ///   - milliseconds: When the fault begins and ends.
  public static func exclusively<R>(
    rate: Int = 16_000, format: String = "S32_LE", channels: Int = 1, fault: Fault = .none,
    milliseconds: Range<Int> = 0..<0, _ body: (CountingSoundCard) throws -> R
  ) throws -> R {
    let folder = FileManager.default.temporaryDirectory.appending(path: "sound-card-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let plugin = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
      .appending(path: "libALSAFaultPlugin.so")
    let configuration = folder.appending(path: "alsa.conf")
    let run = runs.add(1, ordering: .relaxed).newValue
    try """
    </usr/share/alsa/alsa.conf>
    pcm_type.ser_fault { lib "\(plugin.path)" }
    pcm.\(device) {
      type ser_fault
      run \(run)
      rate \(rate)
      format \(format)
      channels \(channels)
      fault \(fault.rawValue)
      from \(milliseconds.lowerBound)
      until \(milliseconds.upperBound)
      hint { show on description "Counting sound card" }
    }

    """.write(to: configuration, atomically: true, encoding: .utf8)
    let card = CountingSoundCard(environment: ["ALSA_CONFIG_PATH": configuration.path])
    return try SoundSystem.exclusively { try SoundSystem.with(card.environment) { try body(card) } }
  }

  /// The number that a sample of the card carries, from 1; 0 for silence. Numbers start anew after 2²³.
  public static func number(_ sample: Float) -> Int { Int(sample * 0x1p23) }
}
