/// A stretch of a file that libsndfile reads as a recording of its own.
///
/// Most files are one part from end to end. Files that were joined, and chained Ogg, have several; where a header states a
/// length that does not hold, another header stands in its place.
struct RecordingPart: Equatable {
  /// What is read ahead of the body.
  var header: [UInt8] = []
  /// Bytes of the file.
  var body: Range<Int>
  /// Whether the body is to look longer than any recording: for codes whose length libsndfile can only estimate, and to
  /// whose estimate it would keep.
  var isEndless = false
  /// Samples per channel that the body holds, as far as that was counted.
  var countedFrames: Int?
  /// Samples per channel that the header states where `header` no longer does.
  var statedFrames: Int?
  /// What is wrong with it that cannot be seen by reading it.
  var fault: Fault?

  /// What a reader of the part should be told.
  enum Fault: Equatable {
    /// The part ends before it should; what is missing.
    case torn(String)
    /// Bytes behind the part that are not processed; what they are.
    case leftOut(String)
  }
}
