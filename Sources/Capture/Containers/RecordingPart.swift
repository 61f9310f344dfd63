/// A part of a file that libsndfile reads as a recording of its own.
///
/// Most files are a single part. Joined files and chained Ogg have several; where a header states a wrong length,
/// another header replaces it.
struct RecordingPart: Equatable {
  /// Read before the body.
  var header: [UInt8] = []
  /// Bytes of the file.
  var body: Range<Int>
  /// Whether the body pretends to be longer than any recording: for codecs whose length libsndfile only estimates, and
  /// to whose estimate it would keep.
  var isEndless = false
  /// Samples per channel in the body, where they were counted.
  var countedFrames: Int?
  /// The header's samples per channel, where `header` no longer states them.
  var statedFrames: Int?
  /// A fault that cannot be detected by reading the part.
  var fault: Fault?

  /// A fault that a reader of the part should report.
  enum Fault: Equatable {
    /// The part is truncated; the missing data.
    case torn(String)
    /// Bytes after the part that are not processed; their description.
    case leftOut(String)
  }
}
