import Core
import Synchronization

/// The calls of one stage in one epoch: at most one that brings frames, at most one that takes results.
final class StageSession: Sendable {
  let epoch: Epoch
  /// To the next stage, or to whoever takes results.
  let outbox = Outbox()
  private let state = Mutex(State())

  private struct State {
    var takenCalls: Set<String> = []
    var ending: OctavoError?
    var onEnd: [@Sendable () -> Void] = []
  }

  init(epoch: Epoch) {
    self.epoch = epoch
  }

  /// Claims one of the session's two calls.
  ///
  /// - Throws: FAILED_PRECONDITION when the call was made before; why the session is over, if it is.
  func claim(_ call: String) throws(OctavoError) {
    let refusal = state.withLock { state -> OctavoError? in
      if let ending = state.ending { return ending }
      guard state.takenCalls.insert(call).inserted else {
        return OctavoError(.failedPrecondition, "epoch \(epoch.rawValue) has its \(call) call already")
      }
      return nil
    }
    if let refusal { throw refusal }
  }

  /// Runs `action` when the session ends, now if it has.
  func whenEnded(_ action: @escaping @Sendable () -> Void) {
    let isOver = state.withLock { state in
      if state.ending == nil { state.onEnd.append(action) }
      return state.ending != nil
    }
    if isOver { action() }
  }

  /// Returns when the session ends, or when the task is cancelled.
  func waitForEnd() async {
    let (ended, end) = AsyncStream<Never>.makeStream()
    whenEnded { end.finish() }
    for await _ in ended {}
  }

  /// Ends both calls, once. Results that are computed already still reach their reader, before the reason.
  func end(_ reason: OctavoError) {
    let onEnd = state.withLock { state -> [@Sendable () -> Void] in
      guard state.ending == nil else { return [] }
      state.ending = reason
      defer { state.onEnd = [] }
      return state.onEnd
    }
    outbox.close()
    for action in onEnd { action() }
  }

  /// Why the session is over, if it is.
  var ending: OctavoError? { state.withLock { $0.ending } }
}
