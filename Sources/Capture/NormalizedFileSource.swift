import Glibc
import Support

/// A recording, optionally normalised in level.
///
/// A normalised recording is read twice, the first time only for its level.
public struct NormalizedFileSource: AudioSource, ~Copyable {
  /// The factor for each sample; nil where the recording is unchanged, because normalisation is off or its level is
  /// undefined, see `LevelNormalization.gain`. Of the first channel where all are delivered.
  public var gain: Float? { gains[0] }
  /// The factor of each channel, where all are delivered.
  private let gains: [Float?]
  private var file: WatchedSource<FileSource>
  private let isNormalized: Bool
  /// Channels in the file.
  public let channels: Int

  /// The origin of a recording that can be read repeatedly.
  private enum Origin {
    case file(path: String)
    case spooled(SpooledRecording)

    func open(_ channel: ChannelSelection) throws(CaptureError) -> FileSource {
      switch self {
      case .file(let path): try FileSource(path: path, channel: channel)
      case .spooled(let recording): try FileSource(recording, channel: channel)
      }
    }
  }

  /// Opens a recording, and measures its level where it is to be normalised.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - normalization: nil to leave it unchanged.
  ///   - channel: the channels to deliver. Where all are, each is normalised separately.
  /// - Throws: as `FileSource`; `usage` for the normalisation of a pipe.
  public init(
    path: String, normalization: LevelNormalization?, channel: ChannelSelection = .mix
  ) throws(CaptureError) {
    if normalization != nil { try Self.requireFile(path) }
    try self.init(.file(path: path), normalization, channel)
  }

  /// Opens a spooled pipe.
  ///
  /// - Throws: as `FileSource`.
  public init(
    _ recording: SpooledRecording, normalization: LevelNormalization?, channel: ChannelSelection = .mix
  ) throws(CaptureError) {
    try self.init(.spooled(recording), normalization, channel)
  }

  private init(
    _ origin: Origin, _ normalization: LevelNormalization?, _ channel: ChannelSelection
  ) throws(CaptureError) {
    // Before the file is opened: readers of a spooled recording share one position.
    let gains = if let normalization { try Self.gains(origin, channel, normalization) } else { [nil] as [Float?] }
    // The mix is watched while it is computed.
    let file = try origin.open(channel == .mix ? .all : channel)
    channels = file.channels
    self.gains = gains
    isNormalized = gains.contains { $0 != nil }
    self.file = WatchedSource(file, mixes: channel == .mix, isRecording: true)
  }

  /// The channel numbers of a recording that is read once for each channel.
  ///
  /// - Throws: as `FileSource`; `usage` for a pipe.
  public static func channels(path: String) throws(CaptureError) -> ClosedRange<Int> {
    try requireFile(path, "it is read once for each of its channels")
    return 1...(try FileSource(path: path).channels)
  }

  /// Rejects input that cannot be read twice.
  private static func requireFile(
    _ path: String, _ reason: String = "normalisation reads a recording twice"
  ) throws(CaptureError) {
    var status = stat()
    guard stat(path.cPath, &status) == 0, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else { return }
    throw CaptureError(.usage, "\(path) is not a file: \(reason)")
  }

  /// One factor for each delivered channel.
  private static func gains(
    _ origin: Origin, _ channel: ChannelSelection, _ normalization: LevelNormalization
  ) throws(CaptureError) -> [Float?] {
    guard channel == .all else { return [try gain(origin, channel, normalization)] }
    var gains: [Float?] = []
    for number in 1...(try origin.open(.mix).channels) {
      gains.append(try gain(origin, .only(number), normalization))
    }
    return gains
  }

  private static func gain(
    _ origin: Origin, _ channel: ChannelSelection, _ normalization: LevelNormalization
  ) throws(CaptureError) -> Float? {
    var file = try origin.open(channel)
    var meter = LevelMeter(sampleRate: file.sampleRate)
    var buffer = [Float](repeating: 0, count: 16384)
    do throws(CaptureError) {
      while true {
        var span = buffer.mutableSpan
        let count = try file.read(into: &span)
        if count == 0 { break }
        meter.push(buffer.span.extracting(0..<count))
      }
    } catch {
      // The level of a damaged recording is that of the part before the damage; a later read reports the damage.
    }
    return normalization.gain(meter)
  }

  /// Samples per second, from the file.
  public var sampleRate: Int { file.sampleRate }

  /// The number of channels in the file where all are selected, otherwise 1.
  public var deliveredChannels: Int { file.deliveredChannels }

  /// See `WatchedSource`.
  public var mixesDifferentChannels: Bool { file.mixesDifferentChannels }

  /// See `AudioSource`.
  public mutating func takeWarnings() -> [CaptureWarning] { file.takeWarnings() }

  /// See `AudioSource`; throws as `FileSource.read`.
  public mutating func read(into buffer: inout MutableSpan<Float>) throws(CaptureError) -> Int {
    let count = try file.read(into: &buffer)
    guard isNormalized else { return count }
    if gains.count == 1, let gain = gains[0] {
      for index in 0..<count { buffer[index] *= gain }
    } else {
      for index in 0..<count { buffer[index] *= gains[index % gains.count] ?? 1 }
    }
    return count
  }
}
