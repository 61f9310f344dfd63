import Foundation
import Glibc
import Support
import Testing

@Suite("Names of files are bytes")
struct PathBytesTests {
  @Test(
    "Any bytes become text and the same bytes again",
    arguments: [
      [], Array("talk.wav".utf8), Array("Gespräch 1.wav".utf8), Array("😀/日本.flac".utf8), [0x63, 0x61, 0x66, 0xE9],
      [0xFF, 0xFE], [0xC3], [0xC3, 0x28], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xED, 0xA0, 0x80], [0xC0, 0xAF],
      [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], Array(0x80...0xFF), Array(1...0xFF),
      // Scalars of the range that stands for bytes, in a name: U+10F7E9, and its first and last.
      [0xF4, 0x8F, 0x9F, 0xA9], [0xF4, 0x8F, 0x9E, 0x80, 0x61, 0xF4, 0x8F, 0x9F, 0xBF],
    ] as [[UInt8]])
  func roundTrip(bytes: [UInt8]) {
    let text = String(pathBytes: bytes)
    #expect(text.pathBytes == bytes)
    #expect(text.cPath == bytes.map { CChar(bitPattern: $0) } + [0])
    (bytes + [0]).withUnsafeBytes { buffer in
      #expect(String(cPath: buffer.bindMemory(to: CChar.self).baseAddress!) == text)
    }
    #expect(text.hasStrayBytes == (text.legible != text))
    #expect(!text.legible.hasStrayBytes)
  }

  @Test("What is UTF-8 stays as it is, and is told from what is not")
  func legible() {
    #expect(String(pathBytes: Array("Gespräch.wav".utf8)) == "Gespräch.wav")
    #expect(!"Gespräch.wav".hasStrayBytes && !"\u{10FFFD}".hasStrayBytes)
    let latin = String(pathBytes: [0x63, 0x61, 0x66, 0xE9])
    #expect(latin.hasStrayBytes && latin.legible == "caf\u{FFFD}")
    #expect(latin != String(pathBytes: Array("café".utf8)))
    // A name that holds what stands for a byte is another name than the one with the byte.
    #expect(String(pathBytes: Array("caf\u{10F7E9}".utf8)) != latin)
  }

  @Test("Text with a zero in it is the path of nothing")
  func zero() {
    #expect("talk.wav\0.txt".cPath == [0])
    #expect(open("/dev/null\0x".cPath, O_RDONLY) < 0)
  }

  @Test("Parts of a path are parted by slashes, whatever follows them")
  func components() {
    #expect("/a//b.wav/".pathComponents == ["a", "b.wav"])
    #expect("a/\u{301}b.wav".pathComponents == ["a", "\u{301}b.wav"])
    #expect("".path(to: "b") == "b" && "/".path(to: "b") == "/b" && "a".path(to: "b") == "a/b")
    #expect("a".path(to: "\u{301}b").utf8.elementsEqual("a/\u{301}b".utf8))
  }

  @Test("Names are put in the order of their bytes, those too that look the same")
  func order() {
    let names = ["b", "a\u{301}", "\u{E1}", "B", "a/b", "a.b"]
    #expect(
      names.sorted(by: String.isOrderedByBytes).map(\.pathBytes)
        == names.map(\.pathBytes).sorted { $0.lexicographicallyPrecedes($1) })
  }
}
