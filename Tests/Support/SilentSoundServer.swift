import Foundation
import Glibc

/// A sound server that takes connections and then gives nothing, as one does that hangs or waits for something itself.
public struct SilentSoundServer: Sendable {
  /// What a server does with a connection.
  public enum Behaviour: Sendable {
    /// Nothing: what is written is never answered.
    case mute
    /// It ends the connection at once.
    case hangsUp
  }

  /// Where it listens, as libpulse writes it.
  public let address: String
  /// What a process needs in its environment to have the server's device as its default, and no other.
  public let environment: [String: String]

  /// Makes the server's device this process's default one while `body` runs; one borrower of sound devices at a time.
  public static func exclusively<R>(
    _ behaviour: Behaviour = .mute, _ body: (SilentSoundServer) throws -> R
  ) throws -> R {
    let folder = FileManager.default.temporaryDirectory.appending(path: "silent-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let socket = folder.appending(path: "native").path
    let listener = try listen(at: socket)
    defer {
      // `accept` on another thread returns.
      shutdown(listener, Int32(SHUT_RDWR))
      close(listener)
    }
    if case .hangsUp = behaviour {
      Thread {
        while true {
          let connection = accept(listener, nil, nil)
          if connection < 0 { return }
          close(connection)
        }
      }.start()
    }
    let configuration = folder.appending(path: "alsa.conf")
    try """
    pcm.default { type pulse hint { show on description "Silent microphone" } }
    pcm.behind { type plug slave.pcm { type asym capture.pcm "default" } }
    pcm.circle { type plug slave.pcm "circle" }
    pcm.elsewhere { type pulse server "tcp:192.0.2.1" }
    pcm.hardware { type hw card 31 }

    """.write(to: configuration, atomically: true, encoding: .utf8)
    let server = SilentSoundServer(
      address: "unix:\(socket)",
      environment: ["ALSA_CONFIG_PATH": configuration.path, "PULSE_SERVER": "unix:\(socket)"])
    return try SoundSystem.exclusively { try SoundSystem.with(server.environment) { try body(server) } }
  }

  /// The system takes connections for a socket that listens, whether or not somebody accepts them.
  private static func listen(at path: String) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { room in
      precondition(path.utf8.count < room.count, "\(path) is too long for a socket")
      room.copyBytes(from: path.utf8)
    }
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard bound == 0, Glibc.listen(descriptor, 16) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
    return descriptor
  }
}
