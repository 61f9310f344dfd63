import Foundation
import Support
import Testing

@testable import ser_live

@Suite("Where pictures go")
struct PictureTargetTests {
  @Test("A file takes all kinds, a folder a file for each")
  func files() throws {
    let kinds: [PlotKind] = [.mel, .pitch]
    let file = try PictureTarget("x/all.pdf", file: "talk.wav").files(kinds)
    #expect(file.map(\.path) == ["x/all.pdf"] && file.first?.kinds == kinds)
    let folder = try PictureTarget("nowhere/", file: "/a/b.c/my.talk.wav").files(kinds)
    #expect(folder.map(\.path) == ["nowhere/my.talk-mel.png", "nowhere/my.talk-pitch.png"])
    #expect(folder.map(\.kinds) == [[.mel], [.pitch]])
    let existing = NSTemporaryDirectory()
    #expect(
      try PictureTarget(existing, file: ".wav").files([.mel]).map(\.path)
        == [(existing.hasSuffix("/") ? existing : existing + "/") + ".wav-mel.png"])
  }

  @Test("A channel has its number behind the name")
  func channels() throws {
    let file = try PictureTarget("x.y/my.talk.pdf", file: "talk.wav").of(channel: 2)
    #expect(file.files([.mel]).map(\.path) == ["x.y/my.talk-2.pdf"])
    let folder = try PictureTarget("nowhere/", file: "my.talk.wav").of(channel: 1)
    #expect(folder.files([.mel]).map(\.path) == ["nowhere/my.talk-1-mel.png"])
  }

  @Test("A name that is neither is refused")
  func neither() {
    #expect(throws: OperationError.self) { try PictureTarget("picture.jpeg", file: "talk.wav") }
    #expect(throws: OperationError.self) { try PictureTarget("pictures", file: "talk.wav") }
  }

  @Test("Sizes are two whole numbers that make sense")
  func sizes() {
    #expect(PictureSize(argument: "900x500").map { [$0.width, $0.height] } == [900, 500])
    #expect(PictureSize(argument: "8000X200").map { [$0.width, $0.height] } == [8000, 200])
    for bad in ["900", "900x", "x", "900x500x2", "199x500", "900x8001", "-900x500", "9e2x500", "900 x 500", ""] {
      #expect(PictureSize(argument: bad) == nil, "\(bad)")
    }
  }
}
