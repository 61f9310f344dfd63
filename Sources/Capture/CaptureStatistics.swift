/// Counts of problems so far, and the fill level of the ring.
public struct CaptureStatistics: Sendable, Equatable {
  /// Overflows of the device's buffer and other errors that it recovered from.
  public let xruns: Int
  /// Samples lost in the device: by overflow, sleep or absence.
  public let lostSamples: Int
  /// Samples that were read but did not fit into the ring.
  public let droppedSamples: Int
  /// Disconnections of the device.
  public let disconnections: Int
  /// The largest number of samples that waited in the ring.
  public let highWaterMark: Int
  /// Capacity of the ring, in samples.
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
