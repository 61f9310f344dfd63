import Foundation
import TestSupport
import Testing

/// The sound servers that other tests rely on, on machines that are no desktops.
@Suite(
  "Virtual microphone", .serialized, .timeLimit(.minutes(1)),
  .enabled(if: VirtualMicrophone.isAvailable, "\(VirtualMicrophone.requirement)"))
struct VirtualMicrophoneTests {
  /// Whether a process may have mounts of its own.
  private static let canMount: Bool = {
    let process = try? ChildProcess(
      "/usr/bin/unshare", ["--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"])
    return process?.end(within: .seconds(5)) == .exited(0)
  }()

  @Test(
    "Without systemd's folders under /run it starts, and its source gives samples",
    .enabled(if: canMount, "needs mounts of its own"), arguments: VirtualMicrophone.Server.allCases)
  func withoutSystemd(server: VirtualMicrophone.Server) throws {
    try withTemporaryFolder { folder in
      let process = try ChildProcess(
        "/usr/bin/unshare",
        [
          "--map-root-user", "--mount", "/bin/bash", "-c",
          """
          if [[ -d /run/systemd ]]; then mount -t tmpfs none /run/systemd; fi
          "$0" start "$1" 48000 "$2"; code=$?
          "$0" stop "$1"
          exit $code
          """, VirtualMicrophone.script.path, folder.path, server.rawValue,
        ])
      #expect(process.end(within: .seconds(20)) == .exited(0))
      #expect(process.errors.text == "")
    }
  }

  @Test("A part of the server that fails fails the start within seconds, with its log")
  func failing() throws {
    try withTemporaryFolder { folder in
      let policy = folder.appending(path: "wireplumber")
      try "#!/bin/sh\necho 'no policy today' >&2\nexit 1\n".write(to: policy, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: policy.path)
      let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
      let process = try ChildProcess(
        VirtualMicrophone.script.path, ["start", folder.path, "48000", "pipewire"],
        environment: ["PATH": "\(folder.path):\(path)"])
      #expect(process.end(within: .seconds(10)) == .exited(69))
      #expect(process.errors.text.contains("no policy today"), "\(process.errors.text)")
    }
  }
}
