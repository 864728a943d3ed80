import Core
import Messages
import Synchronization

/// The calls of one stage in one epoch: at most one that brings frames, at most one that takes results.
final class StageSession: Sendable {
  /// Results that wait for the router to take them; more means that it has stopped reading.
  private static let resultsWaitingMax = 1_024

  let epoch: Epoch
  let results: AsyncThrowingStream<ResultsResponse, any Error>
  private let output: AsyncThrowingStream<ResultsResponse, any Error>.Continuation
  private let state = Mutex(State())

  private struct State {
    var takenCalls: Set<String> = []
    var ending: OctavoError?
    var onEnd: [@Sendable () -> Void] = []
  }

  init(epoch: Epoch) {
    self.epoch = epoch
    (results, output) = AsyncThrowingStream.makeStream(
      bufferingPolicy: .bufferingOldest(Self.resultsWaitingMax))
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

  /// - Throws: RESOURCE_EXHAUSTED when the router has stopped reading results.
  func yield(_ response: ResultsResponse) throws(OctavoError) {
    if case .dropped = output.yield(response) {
      throw OctavoError(.resourceExhausted, "\(Self.resultsWaitingMax) results wait for a reader that has stopped")
    }
  }

  /// Ends both calls, once; the reason reaches whoever reads results.
  func end(_ reason: OctavoError) {
    let onEnd = state.withLock { state -> [@Sendable () -> Void] in
      guard state.ending == nil else { return [] }
      state.ending = reason
      defer { state.onEnd = [] }
      return state.onEnd
    }
    output.finish(throwing: reason)
    for action in onEnd { action() }
  }

  /// Why the session is over, if it is.
  var ending: OctavoError? { state.withLock { $0.ending } }
}
