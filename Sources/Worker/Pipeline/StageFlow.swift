import Core
import Logging
import Messages
import RPC
import Synchronization

/// The frames of one epoch on their way through one stage, in three places at once: received and unpacked while the
/// stage's thread computes the ones before them, packed and sent while it computes the ones after.
///
/// The computing thread waits for no call. It rests when no frame is there, or when what it computed is not taken.
final class StageFlow: Sendable {
  /// Larger messages are unpacked elsewhere than on the loop's thread, which has sockets to serve.
  private static let bytesUnpackedOnLoopMax = 32 << 10

  private let host: StageHost
  private let session: StageSession
  private let log: Logger
  private let onEnd: @Sendable (OctavoError?) -> Void
  private let state: Mutex<State>

  private struct State {
    var frames: FrameQueue
    var sequences: SequenceLog
    /// Waits until the queue is not full any more.
    var receiver: CheckedContinuation<Void, Never>?

    mutating func releaseReceiver() -> CheckedContinuation<Void, Never>? {
      guard !frames.isFull else { return nil }
      defer { receiver = nil }
      return receiver
    }
  }

  /// - Parameter onEnd: called when the last frame has run, or with the reason why no more will.
  init(
    _ host: StageHost, _ session: StageSession, _ log: Logger, onEnd: @escaping @Sendable (OctavoError?) -> Void
  ) {
    self.host = host
    self.session = session
    self.log = log
    self.onEnd = onEnd
    state = Mutex(State(frames: FrameQueue(openedAt: .now), sequences: SequenceLog(log)))
  }

  private var stage: StageID { host.request.handshake.stage }

  /// Takes frames off the call until its end. On the loop, where messages arrive.
  func receive(from call: ServerCall) async {
    do throws(OctavoError) {
      while let payload = try await call.receive() {
        let arrival = Moment.now
        if payload.count <= Self.bytesUnpackedOnLoopMax {
          try add(payload, arrival)
        } else {
          try await withTaskExecutorPreference(globalConcurrentExecutor) { () async throws(OctavoError) in
            try add(payload, arrival)
          }
        }
        await waitForRoom()
      }
      if state.withLock({ $0.frames.noteLastFrame() }) { onEnd(nil) }
    } catch {
      fail(error)
    }
  }

  /// Forgets the frames that wait, and their sequences.
  func close() {
    let receiver = state.withLock { state in
      state.frames.close()
      state.sequences.closeAll()
      return state.releaseReceiver()
    }
    receiver?.resume()
  }

  private func add(_ payload: Payload, _ arrival: Moment) throws(OctavoError) {
    do throws(OctavoError) {
      let received = ReceivedFrame(try frame(in: payload), byteCount: payload.count, arrival: arrival)
      let isFree = try state.withLock { (state) throws(OctavoError) in try state.frames.add(received) }
      if isFree { schedule() }
    } catch {
      throw error.at("stage \(stage)")
    }
  }

  private func frame(in payload: Payload) throws(OctavoError) -> Frame {
    guard case .frame(let frame) = try ForwardRequest(payload) else {
      throw OctavoError(.invalidArgument, "a second handshake came on a Forward call")
    }
    return frame
  }

  private func waitForRoom() async {
    await withCheckedContinuation { continuation in
      let receiver = state.withLock { state in
        state.receiver = continuation
        return state.releaseReceiver()
      }
      receiver?.resume()
    }
  }

  /// One frame after the other, each as a step of its own: what else the stage is asked for comes between them.
  private func schedule() {
    host.submit { [self] host in step(on: host) }
  }

  private func step(on host: isolated StageHost) {
    guard session.outbox.hasRoom(orElse: { [self] in schedule() }) else { return }
    let (begun, receiver) = state.withLock { state in (state.frames.begin(at: .now), state.releaseReceiver()) }
    receiver?.resume()
    guard let (frame, timing) = begun else { return }
    do throws(OctavoError) {
      try run(frame, timing, on: host)
    } catch {
      fail(session.ending ?? error.at("microbatch \(frame.microbatch.id.rawValue) on stage \(stage)"))
    }
  }

  private func run(_ frame: Frame, _ timing: StageTiming, on host: isolated StageHost) throws(OctavoError) {
    let start = Moment.now
    let output = try host.run(frame, in: session.epoch)
    let end = Moment.now
    var timing = timing
    timing.runNs = end.nanoseconds(since: start)
    let next = state.withLock { state in
      state.sequences.note(frame.microbatch)
      return state.frames.end(at: end)
    }
    if next == .frame { schedule() }
    session.outbox.add(StageMessage(output, of: frame, timing), here: next != .frame)
    if next == .over { onEnd(nil) }
  }

  private func fail(_ reason: OctavoError) {
    close()
    // A call that was cancelled, or an epoch that others ended, is no fault of this stage.
    if session.ending == nil, reason.code != .cancelled {
      log.warning("a stage ends its epoch", metadata: ["reason": "\(singleLine("\(reason)"))"])
    }
    onEnd(reason)
  }
}
