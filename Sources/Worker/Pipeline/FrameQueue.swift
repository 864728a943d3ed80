package import Core
package import Messages

/// The frames of one epoch that wait for their stage, in the order they came, and what the stage does meanwhile.
/// Values only: whoever owns it reads the clock and runs the stage.
///
/// The stage is told of a frame when it is free, and is then busy until it has taken the frame and ended it.
package struct FrameQueue: Sendable {
  /// Frames that may wait: four for each stage of the longest pipeline. The scheduler keeps far fewer on their way;
  /// more come from a peer that does not count.
  package static let framesMax = 4 * Limits.stagesMax
  /// Bytes of waiting frames past which no more are received until some have run.
  package static let bytesMax = 64 << 20

  /// What follows the end of a frame.
  package enum Next: Sendable, Hashable {
    /// Another frame: the stage stays busy.
    case frame
    /// Nothing until a frame comes.
    case rest
    /// Nothing any more: the last frame has run.
    case over
  }

  private var waiting: [ReceivedFrame] = []
  private var bytesWaiting = 0
  private var isBusy = false
  private var isLastFrameThere = false
  private var isClosed = false
  private var freeSince: Moment

  package init(openedAt now: Moment) { freeSince = now }

  /// Whether the receiver should wait: the network's flow control then holds up whoever sends.
  package var isFull: Bool { bytesWaiting >= Self.bytesMax && !isClosed }

  /// - Returns: whether the stage is free and must be told.
  /// - Throws: RESOURCE_EXHAUSTED when as many wait as may.
  package mutating func add(_ received: ReceivedFrame) throws(OctavoError) -> Bool {
    guard !isClosed else { return false }
    guard waiting.count < Self.framesMax else {
      throw OctavoError(.resourceExhausted, "\(waiting.count) frames wait already: send no more than come back")
    }
    waiting.append(received)
    bytesWaiting += received.byteCount
    defer { isBusy = true }
    return !isBusy
  }

  /// No more frames come.
  ///
  /// - Returns: whether all have run.
  package mutating func noteLastFrame() -> Bool {
    isLastFrameThere = true
    return !isBusy && !isClosed
  }

  /// The stage, which was told, takes the next frame.
  ///
  /// - Returns: the frame, and what is known of its timing; `nil` once closed.
  package mutating func begin(at now: Moment) -> (frame: Frame, timing: StageTiming)? {
    guard !isClosed else { return nil }
    precondition(isBusy && !waiting.isEmpty, "a stage that was not told of a frame takes one")
    let next = waiting.removeFirst()
    bytesWaiting -= next.byteCount
    let timing = StageTiming(
      idleNs: next.arrival.nanoseconds(since: freeSince), queuedNs: now.nanoseconds(since: next.arrival),
      receivedBytes: UInt64(next.byteCount))
    return (next.frame, timing)
  }

  /// The stage has run the frame that it took.
  package mutating func end(at now: Moment) -> Next {
    freeSince = now
    isBusy = !waiting.isEmpty
    if isBusy { return .frame }
    return isLastFrameThere ? .over : .rest
  }

  /// Forgets what waits and takes no more.
  package mutating func close() {
    isClosed = true
    waiting = []
    bytesWaiting = 0
  }
}
