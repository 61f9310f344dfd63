import Testing

@testable import Capture

@Suite("What is in a file")
struct FileKindTests {
  @Test("Names tell recordings, other sound, archives and all else")
  func names() {
    for name in ["a.wav", "A.WAV", "x/b.Flac", "c.opus", "d.mp3", "e.rf64", "\u{301}.wav"] {
      #expect(FileKind(name: name) == .recording, "\(name)")
    }
    for name in ["a.m4a", "a.WEBM", "a.wma", "a.aac", "a.mp4", "a.amr", "a.3gp", "a.mkv"] {
      guard case .foreign = FileKind(name: name) else {
        Issue.record("\(name)")
        continue
      }
    }
    for name in ["a.zip", "a.tar", "a.tar.gz", "a.7z", "a.rar", "a.tgz"] {
      #expect(FileKind(name: name) == .archive, "\(name)")
    }
    for name in ["a", "wav", ".wav", "a.wav.txt", "a.wav/b", "", "a."] {
      #expect(FileKind(name: name) == .other, "\(name)")
    }
  }

  @Test("The first bytes go before the name")
  func heads() {
    let mp4: [UInt8] = [0, 0, 0, 0x20] + Array("ftypM4A ".utf8)
    #expect(FileKind(name: "a.wav", head: mp4) == .foreign("MPEG-4"))
    #expect(FileKind(name: "a", head: [0x1A, 0x45, 0xDF, 0xA3]) == .foreign("WebM or Matroska"))
    #expect(FileKind(name: "a", head: [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]) == .foreign("Windows Media"))
    #expect(FileKind(name: "a.wav", head: [0xFF, 0xF1, 0x50]) == .foreign("AAC"))
    #expect(FileKind(name: "a", head: Array("#!AMR\n".utf8)) == .foreign("AMR"))
    #expect(FileKind(name: "a.wav", head: Array("PK\u{3}\u{4}".utf8)) == .archive)
    #expect(FileKind(name: "a", head: [UInt8](repeating: 0x61, count: 257) + Array("ustar".utf8)) == .archive)
    #expect(FileKind(name: "a.m4a", head: []) == .foreign("MPEG-4 audio"))
    #expect(FileKind(name: "a.wav", head: Array("RIFF".utf8)) == .recording)
  }

  @Test("What to do is a command for a shell")
  func advice() {
    func advice(_ path: String?, _ kind: FileKind? = nil) -> String {
      (kind ?? FileKind(name: path ?? "")).advice(path: path) ?? ""
    }
    #expect(advice("talk.m4a").hasSuffix(": ffmpeg -i talk.m4a talk.wav"))
    #expect(advice("my talks/it's.webm").hasSuffix(": ffmpeg -i 'my talks/it'\\''s.webm' 'my talks/it'\\''s.wav'"))
    #expect(advice("-dash.m4a").hasSuffix(": ffmpeg -i ./-dash.m4a ./-dash.wav"))
    // No command writes to the file that it reads.
    #expect(advice("talk.wav", .foreign("MPEG-4")).hasSuffix(": ffmpeg -i talk.wav talk.flac"))
    #expect(advice("a.b/talk", .foreign("AAC")).hasSuffix(": ffmpeg -i a.b/talk a.b/talk.wav"))
    #expect(advice(nil, .foreign("AAC")).hasSuffix(": ffmpeg -i INPUT -f wav - | ser-live file -"))
    #expect(advice("x.zip").hasSuffix("unzip x.zip") && advice("x.tar.gz").hasSuffix("tar -xf x.tar.gz"))
    #expect(advice("x.tgz").hasSuffix("tar -xf x.tgz") && advice("x.csv.gz").hasSuffix("gunzip -k x.csv.gz"))
    #expect(advice("x.rar").hasSuffix("7z x x.rar") && advice("x", .archive).hasSuffix("7z x x"))
    #expect(FileKind.recording.advice(path: "a.wav") == nil && FileKind.other.advice(path: "a") == nil)
  }
}
