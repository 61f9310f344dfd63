import Support
import Testing

@testable import ser_live

@Suite("Scripts for gnuplot")
struct GnuplotScriptTests {
  @Test("A text stands for itself, whatever is in it")
  func quoting() {
    #expect(GnuplotScript.quoted("Plain (1.5, 2)") == #""Plain (1.5, 2)""#)
    #expect(GnuplotScript.quoted("it's `x` \"z\"") == #""it\047s \140x\140 \042z\042""#)
    #expect(GnuplotScript.quoted(#"$x @y \n %"#) == #""\044x \100y \134n \045""#)
    #expect(GnuplotScript.quoted("two\nlines\r\tand\u{0}more\u{2028}end\u{202E}") == "\"two lines  and more end \"")
    #expect(GnuplotScript.quoted("né–中") == "\"né–中\"")
    #expect(GnuplotScript.quotedTick("50 %") == #""50 \045\045""#)
  }

  @Test("Numbers follow their command as they lie in memory")
  func numbers() {
    var script = GnuplotScript()
    script.add("set key off")
    script.plot(
      ranges: "[0:2]",
      [
        .points([0, 1, 1, .nan], columns: 2, "using 1:2 with lines"),
        .grid([1, 2, 3, 4, 5, 6], columns: 3, x: (0.5, 0.01), y: (0, 31.25), "with image"),
      ])
    let text = """
      set key off
      plot [0:2] '-' binary record=(2) format='%float%float' using 1:2 with lines, \
      '-' binary array=(3,2) origin=(0.5,0.0) dx=0.01 dy=31.25 format='%float' with image

      """
    let values: [Float] = [0, 1, 1, .nan, 1, 2, 3, 4, 5, 6]
    #expect(script.bytes == Array(text.utf8) + values.withUnsafeBytes { Array($0) } + [10])
  }

  @Test("A file's ending is its format")
  func formats() throws {
    #expect(try PictureFormat(path: "a.png") == .png)
    #expect(try PictureFormat(path: "/x.y/b c.SVG") == .svg)
    #expect(try PictureFormat(path: "é.tar.pdf") == .pdf)
    for path in ["png", "a.jpg", "a.png/b", "a.png.", "a.", "", "/"] {
      #expect(throws: OperationError.self, "\(path)") { try PictureFormat(path: path) }
    }
  }

  @Test("A file of 960 pixels is 10 inches wide where there are no pixels")
  func sizes() {
    #expect(PictureForm.file(.pdf, width: 960, height: 360).command.hasSuffix("size 10.000in,3.750in"))
    #expect(PictureForm.file(.png, width: 960, height: 360).command.hasSuffix("size 960,360"))
    #expect(PictureForm.text(columns: 80, rows: 24, color: false).command.hasSuffix("mono size 80,24"))
  }
}
