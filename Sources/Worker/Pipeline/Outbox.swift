import Core
import RPC
import Synchronization

/// What a stage has computed, on its way to whoever takes it: packed and sent one after the other, in order, while the
/// stage computes on.
package final class Outbox: Sendable {
  /// Messages that wait for the one before them, or for somebody to take them. The stage then rests: a peer that
  /// reads slowly slows the pipeline.
  package static let waitingMax = 4

  private let state = Mutex(State())

  private struct State {
    var sink: (any MessageSink)?
    var waiting: [StageMessage] = []
    var isSending = false
    /// What sending the message before took.
    var sendNs: UInt64 = 0
    var isClosed = false
    var onRoom: (@Sendable () -> Void)?
    var flushWaiters: [CheckedContinuation<Void, Never>] = []

    /// What is sent now, if anything can be.
    mutating func next() -> Sending? {
      guard let sink, !isSending, !waiting.isEmpty else { return nil }
      isSending = true
      return Sending(message: waiting.removeFirst(), sendNs: sendNs, sink: sink)
    }

    /// Nothing waits and nothing will: lets the call go.
    mutating func settle() -> [CheckedContinuation<Void, Never>] {
      guard !isSending, waiting.isEmpty else { return [] }
      if isClosed { sink = nil }
      defer { flushWaiters = [] }
      return flushWaiters
    }
  }

  private struct Sending {
    let message: StageMessage
    let sendNs: UInt64
    let sink: any MessageSink
  }

  package init() {}

  /// Says who takes the messages, those that wait first; once.
  package func attach(_ sink: any MessageSink) {
    let next = state.withLock { state in
      if !state.isClosed || !state.waiting.isEmpty { state.sink = sink }
      return state.next()
    }
    if let next { send(next) }
  }

  /// Whether another message may be added; if not, `later` is called once it may. One message may follow each answer.
  package func hasRoom(orElse later: @escaping @Sendable () -> Void) -> Bool {
    state.withLock { state in
      let hasRoom = state.waiting.count < Self.waitingMax || state.isClosed
      if !hasRoom { state.onRoom = later }
      return hasRoom
    }
  }

  /// - Parameter here: whether this thread has nothing better to do than to pack and send the message, if it is its
  ///   turn: that spares the way to another one.
  package func add(_ message: StageMessage, here: Bool) {
    let next = state.withLock { state in
      if !state.isClosed { state.waiting.append(message) }
      return state.next()
    }
    guard let next else { return }
    if here { send(next) } else { sendElsewhere(next) }
  }

  /// Takes no more messages; those that wait still go out if somebody takes them.
  package func close() {
    let waiters = state.withLock { state in
      state.isClosed = true
      state.onRoom = nil
      return state.settle()
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Returns when all messages have been taken, or nobody takes them any more.
  package func flush() async {
    await withCheckedContinuation { continuation in
      let waiters = state.withLock { state in
        state.flushWaiters.append(continuation)
        return state.settle()
      }
      for waiter in waiters { waiter.resume() }
    }
  }

  private func sendElsewhere(_ next: Sending) {
    Task { send(next) }
  }

  private func send(_ next: Sending) {
    let payload = next.message.payload(sendNs: next.sendNs)
    let start = Moment.now
    next.sink.send(payload) { [self] isTaken in
      isTaken ? taken(after: Moment.now.nanoseconds(since: start)) : refused()
    }
  }

  private func taken(after sendNs: UInt64) {
    let (next, onRoom, waiters) = state.withLock { state in
      state.isSending = false
      state.sendNs = sendNs
      let next = state.next()
      defer { if state.waiting.count < Self.waitingMax { state.onRoom = nil } }
      return (next, state.waiting.count < Self.waitingMax ? state.onRoom : nil, state.settle())
    }
    if let next { sendElsewhere(next) }
    onRoom?()
    for waiter in waiters { waiter.resume() }
  }

  /// The call is over; whoever watches it knows why.
  private func refused() {
    let waiters = state.withLock { state in
      state.isSending = false
      state.isClosed = true
      state.waiting = []
      state.onRoom = nil
      return state.settle()
    }
    for waiter in waiters { waiter.resume() }
  }
}
