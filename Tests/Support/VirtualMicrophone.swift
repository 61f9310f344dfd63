import Foundation

/// A microphone that hears what tests play: a sound server's null sink behind libasound's `pulse` plugin.
///
/// The set-up is the script `virtual-microphone` beside this file. libasound finds its configuration through the
/// environment, of which a process has one, and all players share one sink: `exclusively` lends the one instance.
public final class VirtualMicrophone: Sendable {
  /// The sound servers of Linux. PipeWire is spoken to as PulseAudio is.
  public enum Server: String, Sendable, CaseIterable {
    case pulseAudio = "pulseaudio"
    case pipeWire = "pipewire"
  }

  /// What `Microphone(device:)` and `--device` call it.
  public static let device = "vmic"

  /// Where the tools are missing, a test that needs them can only be skipped, with these words.
  public static let requirement: String =
    """
    needs pulseaudio, pulseaudio-utils, libasound2-plugins, pipewire, wireplumber and pipewire-pulse \
    (scripts/test installs them)
    """

  /// The script that starts and ends the servers.
  public static let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "virtual-microphone")

  /// Whether the tools are there.
  public static var isAvailable: Bool {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let tools = ["pulseaudio", "pactl", "parec", "pacat", "pipewire", "wireplumber", "pipewire-pulse"]
    return tools.allSatisfy { tool in
      folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)") }
    }
  }

  /// Starts a virtual microphone, makes it this process's, and lends it; one borrower at a time.
  public static func exclusively<R>(
    server: Server = .pulseAudio, rate: Int = 48_000, _ body: (VirtualMicrophone) throws -> R
  ) throws -> R {
    try SoundSystem.exclusively {
      let microphone = try VirtualMicrophone(server: server, rate: rate)
      defer { microphone.stop() }
      return try SoundSystem.with(microphone.environment) { try body(microphone) }
    }
  }

  /// What a process needs in its environment to open the device and to play to it.
  public let environment: [String: String]
  private let folder: URL

  private init(server: Server, rate: Int) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "virtual-microphone-\(UUID().uuidString)")
    environment = [
      "ALSA_CONFIG_PATH": folder.appending(path: "alsa.conf").path,
      "PULSE_SERVER": "unix:" + folder.appending(path: "run/native").path,
    ]
    try script("start", String(rate), server.rawValue)
  }

  private func stop() {
    try? script("stop")
    try? FileManager.default.removeItem(at: folder)
  }

  /// Plays a recording; `waitUntilExit` on the result returns when all of it has been heard.
  public func play(file: URL) throws -> Process {
    try start("paplay", ["--device=mic", "--latency-msec=50", file.path])
  }

  /// Plays mono samples at a rate in Hz and returns when all of them have been heard.
  public func play(_ samples: [Float], rate: Int) throws {
    let input = Pipe()
    let player = try start(
      "pacat",
      [
        "--playback", "--device=mic", "--latency-msec=200", "--raw", "--format=float32le", "--channels=1",
        "--rate=\(rate)",
      ], input: input)
    try input.fileHandleForWriting.write(contentsOf: samples.withUnsafeBytes { Data($0) })
    try input.fileHandleForWriting.close()
    player.waitUntilExit()
  }

  /// Kills the sound server, as a crash would.
  public func killServer() throws { try signalServer(SIGKILL) }

  /// Freezes the sound server, as a debugger or a swamped machine would; `exclusively` thaws it at its end.
  public func freezeServer() throws { try signalServer(SIGSTOP) }

  /// Lets a frozen server go on.
  public func thawServer() throws { try signalServer(SIGCONT) }

  private func signalServer(_ signal: Int32) throws {
    let file = folder.appending(path: "server.pid")
    let text = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    kill(Int32(text)!, signal)
  }

  /// Starts the sound server again.
  public func restartServer() throws { try script("serve") }

  private func script(_ command: String, _ arguments: String...) throws {
    let process = Process()
    process.executableURL = Self.script
    process.arguments = [command, folder.path] + arguments
    let messages = Pipe()
    process.standardError = messages
    try process.run()
    let text = try messages.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(
        message: "virtual-microphone \(command) ended with \(process.terminationStatus): "
          + String(decoding: text, as: UTF8.self))
    }
  }

  private func start(_ tool: String, _ arguments: [String], input: Pipe? = nil) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [tool] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let input { process.standardInput = input }
    try process.run()
    return process
  }

  private struct Failure: Error {
    let message: String
  }
}
