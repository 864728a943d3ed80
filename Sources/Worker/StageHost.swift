import Checkpoints
import Core
import Engine
import Messages
import Models
import Synchronization

/// One stage, its epoch and its calls. An actor with a thread of its own, since running a frame blocks it.
actor StageHost {
  nonisolated let request: LoadRequest
  nonisolated let bytes: ByteCount
  private let options: EngineOptions
  private let executor: StageExecutor
  private var engine: StageEngine?
  private var session: StageSession
  /// Whether nobody wants the stage any more; seen by a load that is under way.
  private nonisolated let isAbandoned = Mutex(false)

  /// - Parameter bytes: what the stage takes, already granted.
  /// - Throws: RESOURCE_EXHAUSTED if the system has no thread for it.
  init(_ request: LoadRequest, bytes: ByteCount, _ options: EngineOptions) throws(OctavoError) {
    self.request = request
    self.bytes = bytes
    self.options = options
    executor = try StageExecutor(label: "stage \(request.handshake.stage)", engine: options)
    session = StageSession(epoch: request.handshake.epoch)
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  var sequencesOpen: Int { engine?.openSequenceCount ?? 0 }

  /// Reads the weights into memory.
  ///
  /// - Throws: ABORTED when the stage is abandoned, before or meanwhile.
  func load(
    _ checkpoint: Checkpoint, progress: @Sendable (_ done: Int, _ total: Int) -> Void
  ) throws(OctavoError) {
    try checkWanted()
    engine = try StageEngine(
      checkpoint: checkpoint, range: request.range, configuration: request.handshake.configuration,
      capacity: request.capacity, stage: request.handshake.stage, options: options
    ) { done, total throws(OctavoError) in
      try checkWanted()
      progress(done, total)
    }
  }

  /// Ends a load that is under way at its next layer, and lets none begin.
  nonisolated func abandon() {
    isAbandoned.withLock { $0 = true }
  }

  private nonisolated func checkWanted() throws(OctavoError) {
    guard isAbandoned.withLock({ $0 }) else { return }
    throw OctavoError(.aborted, "stage \(request.handshake.stage) was unloaded while it was loading")
  }

  /// Ends every call of this stage and gives its memory back.
  func unload() {
    abandon()
    session.end(OctavoError(.unavailable, "stage \(request.handshake.stage) was unloaded"))
    engine = nil
  }

  /// Checks a handshake and, if its epoch is newer, begins it: older calls end, sequences are forgotten.
  ///
  /// - Throws: FAILED_PRECONDITION with the difference.
  func join(_ handshake: Handshake) throws(OctavoError) -> StageSession {
    guard let engine else {
      throw OctavoError(.failedPrecondition, "stage \(handshake.stage) is not loaded")
    }
    try check(handshake)
    if handshake.epoch > session.epoch {
      session.end(OctavoError(.aborted, "epoch \(handshake.epoch.rawValue) of stage \(handshake.stage) began"))
      engine.closeAll()
      session = StageSession(epoch: handshake.epoch)
    }
    return session
  }

  /// Runs `body` here, after what the stage was asked for before.
  nonisolated func submit(_ body: @escaping @Sendable (isolated StageHost) -> Void) {
    executor.submit { self.assumeIsolated { body($0) } }
  }

  /// Forgets the sequences of an epoch whose frames have ended; what is on its way is refused.
  func leave(_ ended: StageSession) {
    if ended === session { engine?.closeAll() }
  }

  /// Runs a frame in the stage's current epoch.
  func run(_ frame: Frame, in epoch: Epoch) throws(OctavoError) -> StageOutput {
    if let ending = session.ending, epoch == session.epoch { throw ending }
    guard let engine, epoch == session.epoch, frame.microbatch.epoch == epoch else {
      throw OctavoError(
        .failedPrecondition,
        "a frame of epoch \(frame.microbatch.epoch.rawValue) came to stage \(request.handshake.stage) in epoch "
          + "\(session.epoch.rawValue)")
    }
    return try unsafe engine.run(frame.microbatch, activations: frame.activations.span.bytes)
  }

  private func check(_ theirs: Handshake) throws(OctavoError) {
    let ours = request.handshake
    guard theirs.digest == ours.digest else {
      throw OctavoError(
        .failedPrecondition,
        "stage \(ours.stage) holds checkpoint \(ours.digest.short), not \(theirs.digest.short)")
    }
    guard theirs.configuration == ours.configuration else {
      throw OctavoError(.failedPrecondition, "stage \(ours.stage) was loaded with another configuration")
    }
    guard theirs.epoch >= session.epoch else {
      throw OctavoError(
        .failedPrecondition,
        "stage \(ours.stage) is in epoch \(session.epoch.rawValue), \(theirs.epoch.rawValue) is over")
    }
  }
}
