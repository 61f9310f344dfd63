/// Counts of what went wrong so far, and how full the ring was.
public struct CaptureStatistics: Sendable, Equatable {
  /// Overflows of the device's buffer and other errors that it recovered from.
  public let xruns: Int
  /// Samples lost in the device: by overflow, sleep or absence.
  public let lostSamples: Int
  /// Samples that were read but found no room in the ring.
  public let droppedSamples: Int
  /// Times the device went away.
  public let disconnections: Int
  /// Most samples that ever waited in the ring.
  public let highWaterMark: Int
  /// Samples that the ring holds at most.
  public let capacity: Int

  /// Statistics with these properties.
  public init(
    xruns: Int, lostSamples: Int, droppedSamples: Int, disconnections: Int, highWaterMark: Int, capacity: Int
  ) {
    self.xruns = xruns
    self.lostSamples = lostSamples
    self.droppedSamples = droppedSamples
    self.disconnections = disconnections
    self.highWaterMark = highWaterMark
    self.capacity = capacity
  }
}
