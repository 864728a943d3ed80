package import Core
package import Messages

/// A frame as it came.
package struct ReceivedFrame: Sendable {
  package let frame: Frame
  /// Of the message that it came in.
  package let byteCount: Int
  /// When the message was there, still packed.
  package let arrival: Moment

  package init(_ frame: Frame, byteCount: Int, arrival: Moment) {
    self.frame = frame
    self.byteCount = byteCount
    self.arrival = arrival
  }
}
