import Testing

@testable import ser_live

@Suite("Figures")
struct FigureTests {
  private func panel(_ title: String, height: Double, lines: Int = 5) -> Panel {
    Panel(
      title: title, height: height, lines: lines, yLabel: "Hz", yRange: 0...8,
      colors: Panel.ColorScale(map: .magma, label: "dB", range: -80...0),
      layers: [.grid(Grid(values: [-80, 0, -40, -10], columns: 2, x: (0.5, 1), y: (2, 4)))])
  }

  private func text(_ figure: Figure, _ form: PictureForm) -> String {
    String(decoding: figure.script(for: form).bytes, as: UTF8.self)
  }

  private static let forms: [PictureForm] = [
    .file(.png, width: 900, height: 500), .text(columns: 80, rows: 24, color: false),
    .text(columns: 120, rows: 40, color: true),
  ]

  @Test("Panels follow each other from top to bottom, within the picture", arguments: forms)
  func layout(form: PictureForm) {
    let panels = [panel("one", height: 100), panel("two", height: 300), panel("three", height: 50, lines: 3)]
    let layout = FigureLayout(panels, form: form)
    #expect(layout.left > 0 && layout.right < layout.width && layout.left < layout.right)
    var edge = layout.height
    for place in layout.panels {
      #expect(place.bottom < place.top && place.top < edge)
      edge = place.bottom
    }
    // Room for the axis of time.
    #expect(edge >= layout.spacing.timeAxis)
    if case .text = form {
      for (place, panel) in zip(layout.panels, panels) {
        #expect(place.top - place.bottom >= Double(panel.lines))
        #expect(place.top.rounded() == place.top && place.bottom.rounded() == place.bottom)
      }
    }
  }

  @Test("A picture as high as it likes gives every panel its height")
  func naturalHeight() {
    let panels = [panel("one", height: 100), panel("two", height: 300)]
    let form = PictureForm.file(.svg, width: 900, height: FigureLayout.naturalHeight(panels))
    for (place, panel) in zip(FigureLayout(panels, form: form).panels, panels) {
      // The picture has whole pixels.
      #expect(abs(place.top - place.bottom - panel.height) <= 1)
    }
  }

  @Test("A title cannot leave its quotes", arguments: forms)
  func hostileTitle(form: PictureForm) {
    let title = "\"'; set output 'x'\nplot `id` @x"
    let script = text(Figure(title: title, time: 0...2, panels: [panel("P", height: 100)]), form)
    #expect(script.contains(#""\042\047; set output \047x\047 plot \140id\140 \100x"#))
    #expect(!script.contains("`"))
  }

  @Test("Shades are colours in a file and characters where there are none")
  func shades() {
    let figure = Figure(title: "T", time: 0...2, panels: [panel("P", height: 100)])
    let file = text(figure, Self.forms[0])
    #expect(file.contains("binary array=(2,2)") && file.contains("with image") && file.contains("\"dB\""))
    let plain = text(figure, Self.forms[1])
    #expect(
      plain.contains("with labels") && plain.contains(#"-80 .:-\075+\052\043\045\100 0 dB"#)
        && !plain.contains("with image"))
    let color = text(figure, Self.forms[2])
    #expect(color.contains("with image") && color.contains("set palette"))
  }

  @Test("A panel with nothing in it is drawn empty")
  func empty() {
    let empty = Panel(title: "P", height: 100, yLabel: "", yRange: 0...1)
    #expect(text(Figure(title: "T", time: 0...2, panels: [empty]), Self.forms[0]).contains("plot NaN notitle"))
  }
}
