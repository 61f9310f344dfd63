import ArgumentParser
import Capture
import Glibc
import Streaming
import Support

struct Plot: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draws spectra, features and labels of a recording.",
    discussion: """
      Needs gnuplot (Debian's package is gnuplot-nox). The picture is a PNG, SVG or PDF file, by its ending, or text \
      in the terminal. --kind all draws everything in one picture, or one picture of each kind in a folder. --channel \
      each draws a picture of every channel: talk-1.png and talk-2.png for --output talk.png.

      Features come from the front end of live recognition, at 16 kHz; times are the centres of windows. Windows are \
      32 ms long (80 ms for pitch and chroma; pitch needs at least 50) and 8 ms apart. Long recordings are reduced to \
      the resolution of the picture: levels to their maximum, all else to the mean. Labels are those of `ser-live \
      file`.

      Examples:
        ser-live plot talk.wav --output talk.png
        ser-live plot talk.wav --kind spectrogram --output talk.svg
        ser-live plot talk.wav --kind all --output pictures/
        ser-live plot talk.wav --kind mel --start 60 --duration 5 --terminal
      """)

  @Argument(help: "The recording; - is standard input.") var file: String
  @Option(help: "What to draw.") var kind = PlotKind.labels
  @Option(
    help: ArgumentHelp(
      "The picture to write; a folder, or a name that ends in /, gets a PNG of each kind.",
      valueName: "name.png|svg|pdf|folder"))
  var output: String?
  @Flag(help: "Draw with characters on standard output.") var terminal = false
  @Option(help: "Title (default: the recording's name).") var title: String?
  @Option(help: ArgumentHelp("Size in pixels (default: 900 wide, of suitable height).", valueName: "wxh"))
  var size: PictureSize?
  @Option(help: ArgumentHelp("Start of the excerpt.", valueName: "seconds")) var start = 0.0
  @Option(help: ArgumentHelp("Length of the excerpt (default: up to the end).", valueName: "seconds"))
  var duration: Double?
  @Option(help: ArgumentHelp("Length of the windows (default: 32, pitch and chroma 80).", valueName: "ms"))
  var window: Double?
  @Option(help: ArgumentHelp("Time from one window to the next.", valueName: "ms")) var hop = 8.0
  @Option(help: "The model for the labels (default: built-in).") var model: String?
  @OptionGroup var selection: ChannelOption
  @OptionGroup var recognition: RecognitionOptions
  @OptionGroup var normalization: NormalizationOption

  func validate() throws {
    if output == nil && !terminal {
      throw ValidationError("say where to draw: --output NAME.png, or --terminal")
    }
    if output != nil && terminal { throw ValidationError("--output and --terminal exclude each other") }
    if terminal && size != nil { throw ValidationError("--size is for files, not for --terminal") }
    func require(_ option: String, _ value: Double?, _ range: ClosedRange<Double>, _ unit: String) throws {
      guard let value, !range.contains(value) else { return }
      let (low, high) = (range.lowerBound.decimals(3, trimmed: true), range.upperBound.decimals(0))
      throw ValidationError("\(option) takes \(unit) between \(low) and \(high), not \(value)")
    }
    try require("--window", window, PlotWindows.window, "milliseconds")
    try require("--hop", hop, PlotWindows.hop, "milliseconds")
    try require("--start", start, 0...1e7, "seconds")
    try require("--duration", duration, 0.001...1e7, "seconds")
  }

  func run() throws {
    let kinds = kind.pictures
    let form = TerminalPicture.form()
    let target = try output.map { try PictureTarget($0, file: file) }
    try target?.tryOut(kinds)
    let width =
      switch form {
      case .text(let columns, _, _) where terminal: columns
      default: size?.width ?? PictureSize.usualWidth
      }
    let recognizes = kinds.contains(.labels) || kinds.contains(.smoothing)
    let recognizer = recognizes ? try recognition.applied(to: ModelFile.load(model)) : nil
    var wishes = RecordingFigures.wishes(kinds, recognizer)
    wishes.normalization = normalization.normalize
    wishes.preprocessing = recognition.preprocessing.applied(
      to: recognizer?.configuration.preprocessing ?? PreprocessingConfiguration())
    wishes.channel = selection.channel.selection
    guard selection.channel == .each else {
      return try draw(wishes, kinds, target, form, width: width, title: title ?? file.lastPathComponent)
    }
    for channel in try NormalizedFileSource.channels(path: file) {
      wishes.channel = .only(channel)
      try draw(
        wishes, kinds, target?.of(channel: channel), form, width: width,
        title: "\(title ?? file.lastPathComponent), channel \(channel)")
    }
  }

  /// Draws the recording, or one of its channels.
  private func draw(
    _ wishes: RecordingAnalysis.Wishes, _ kinds: [PlotKind], _ target: PictureTarget?, _ form: PictureForm, width: Int,
    title: String
  ) throws {
    let analysis = try RecordingAnalysis(
      path: file, RecordingAnalysis.Excerpt(start: start, duration: duration),
      PlotWindows(window: window, hop: hop), wishes,
      // More than two columns a pixel are not visible.
      limit: 2 * max(width, 100))
    if analysis.hasNoLevel { NormalizationOption.reportNoLevel(file) }
    // The picture itself shows missing parts.
    ChannelOption.report(analysis.warnings.filter { $0.code == .cancelled }, file)
    let figures = RecordingFigures(analysis: analysis, title: title.legible)
    guard let target else {
      for kind in kinds { try show(figures.figure([kind], width: width, isText: true), form) }
      return
    }
    try target.prepare()
    for (path, kinds) in target.files(kinds) {
      let format = try PictureFormat(path: path)
      let figure = try figures.figure(kinds, width: width, isText: false)
      let height = size?.height ?? FigureLayout.naturalHeight(figure.panels)
      let form = PictureForm.file(format, width: width, height: height)
      try PictureFile.write(Gnuplot.draw(figure.script(for: form), as: form), to: path)
    }
  }

  private func show(_ figure: Figure, _ form: PictureForm) throws {
    guard case .text(let columns, let rows, let color) = form else { preconditionFailure("\(form)") }
    // Larger pictures scroll.
    let form = PictureForm.text(
      columns: columns, rows: max(rows, FigureLayout.lines(figure.panels)), color: color)
    let text = try Gnuplot.draw(figure.script(for: form), as: form)
    try Output.standard.writeText(TerminalPicture.clean(text, for: TerminalPicture.Abilities()))
  }
}
