import CSndfile

/// A part of a file in libsndfile; closed with its owner.
struct OpenPart: ~Copyable {
  let part: RecordingPart
  let info: SF_INFO
  // SAFETY: opened in `init`, closed in `deinit`; move-only, so it is used by one thread at a time. It keeps a pointer
  // to `bytes`, which lives as long.
  let file: OpaquePointer
  private let bytes: PartBytes?
  /// The missing data that the header states, in words.
  let torn: String?

  /// Opens a part; nil where libsndfile cannot read it, for the reason in `libraryMessage(nil)`.
  init?(_ part: RecordingPart, of file: RegularFile) {
    let bytes = PartBytes(part, file)
    var callbacks = SF_VIRTUAL_IO(
      get_filelen: { PartBytes.of($0).length }, seek: { PartBytes.of($2).seek($0, from: $1) },
      read: { PartBytes.of($2).read($0, $1) }, write: nil, tell: { PartBytes.of($0).position })
    var info = SF_INFO()
    // SAFETY: the callbacks are called with the pointer to `bytes` for as long as the file is open.
    let user = Unmanaged.passUnretained(bytes).toOpaque()
    guard let file = sf_open_virtual(&callbacks, Int32(SFM_READ), &info, user) else { return nil }
    self.part = part
    self.info = info
    self.file = file
    self.bytes = bytes
    if case .torn(let missing) = part.fault {
      torn = missing
    } else {
      torn = part.header.isEmpty ? Damage(file: file, info: info)?.message : nil
    }
  }

  /// Opens unseekable input, such as a pipe, and takes ownership of the descriptor, also on failure; nil as above.
  init?(descriptor: Int32) {
    var info = SF_INFO()
    guard let file = sf_open_fd(descriptor, Int32(SFM_READ), &info, Int32(SF_TRUE)) else { return nil }
    part = RecordingPart(body: 0..<0)
    bytes = nil
    self.info = info
    self.file = file
    torn = Damage(file: file, info: info)?.message
  }

  /// Samples per channel, if a header states them.
  var frameCount: Int? {
    if let stated = part.statedFrames { return stated }
    // A FLAC whose writer was killed has no length: libsndfile then returns the largest number.
    return info.seekable == 0 || info.frames == .max || part.isEndless ? nil : Int(info.frames)
  }

  deinit { sf_close(file) }
}

/// The bytes of a part, as callbacks for libsndfile.
private final class PartBytes {
  /// Larger than any recording, in bytes.
  private static let endless = 1 << 45
  /// At the end of an endless part, where decoders look for tags, there are zeros.
  private static let tail = 4096

  private let part: RecordingPart
  private let file: RegularFile
  private(set) var position: sf_count_t = 0
  let length: sf_count_t

  init(_ part: RecordingPart, _ file: RegularFile) {
    self.part = part
    self.file = file
    length = sf_count_t(part.isEndless ? Self.endless : part.header.count + part.body.count)
  }

  static func of(_ pointer: UnsafeMutableRawPointer?) -> PartBytes {
    // SAFETY: the pointer is that of the object that `OpenPart` keeps.
    Unmanaged<PartBytes>.fromOpaque(pointer!).takeUnretainedValue()
  }

  func seek(_ offset: sf_count_t, from whence: Int32) -> sf_count_t {
    let origin =
      switch whence {
      case SEEK_SET: sf_count_t(0)
      case SEEK_CUR: position
      default: length
      }
    guard origin + offset >= 0 else { return -1 }
    position = origin + offset
    return position
  }

  func read(_ pointer: UnsafeMutableRawPointer?, _ count: sf_count_t) -> sf_count_t {
    guard let pointer, count > 0 else { return 0 }
    let done = copy(UnsafeMutableRawBufferPointer(start: pointer, count: Int(count)), from: Int(position))
    position += sf_count_t(done)
    return sf_count_t(done)
  }

  private func copy(_ buffer: UnsafeMutableRawBufferPointer, from start: Int) -> Int {
    if part.isEndless, start >= Self.endless - Self.tail {
      let count = min(buffer.count, Self.endless - start)
      guard count > 0 else { return 0 }
      for index in 0..<count { buffer[index] = 0 }
      return count
    }
    var done = 0
    while done < buffer.count, start + done < part.header.count {
      buffer[done] = part.header[start + done]
      done += 1
    }
    let offset = part.body.lowerBound + start + done - part.header.count
    let rest = min(buffer.count - done, part.body.upperBound - offset)
    guard rest > 0 else { return done }
    // SAFETY: `done` + `rest` is at most the count of the buffer.
    return done + file.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[done..<(done + rest)]))
  }
}
