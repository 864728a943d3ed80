import Core
import Synchronization

/// What has happened to a request and its handler has not yet told the client: bounded, so that a client which reads
/// slowly holds up nobody and costs little. All that waits is taken at once.
final class RequestEvents: Sendable {
  /// A client that is so many events behind has stopped reading.
  static let waitingMax = 1_024

  fileprivate struct State {
    var waiting: [RequestEvent] = []
    var isFinished = false
    var reader: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())
  private let overflow: @Sendable (OctavoError) -> Void

  /// - Parameter overflow: called once, when the reader has fallen too far behind; nothing comes after it.
  init(overflow: @escaping @Sendable (OctavoError) -> Void) { self.overflow = overflow }

  /// - Returns: whether there was room; if not, the request is to be given up.
  func push(_ event: RequestEvent) -> Bool {
    let (reader, fits) = state.withLock { state -> (CheckedContinuation<Void, Never>?, Bool) in
      guard !state.isFinished else { return (nil, true) }
      guard state.waiting.count < Self.waitingMax else {
        state.isFinished = true
        return (state.takeReader(), false)
      }
      state.waiting.append(event)
      return (state.takeReader(), true)
    }
    reader?.resume()
    if !fits {
      overflow(
        OctavoError(
          .resourceExhausted, "the client is \(Self.waitingMax) tokens behind what was generated: read faster"))
    }
    return fits
  }

  /// Nothing more comes; what waits may still be taken.
  func finish() {
    let reader = state.withLock { state in
      state.isFinished = true
      return state.takeReader()
    }
    reader?.resume()
  }

  /// Waits for events and takes all there are; none at the end, or when the task is cancelled.
  func next() async -> [RequestEvent] {
    await withTaskCancellationHandler {
      await withCheckedContinuation { reader in
        let isReady = state.withLock { state in
          guard state.waiting.isEmpty, !state.isFinished, !Task.isCancelled else { return true }
          state.reader = reader
          return false
        }
        if isReady { reader.resume() }
      }
    } onCancel: {
      finish()
    }
    return state.withLock { state in
      defer { state.waiting = [] }
      return state.waiting
    }
  }
}

extension RequestEvents.State {
  fileprivate mutating func takeReader() -> CheckedContinuation<Void, Never>? {
    defer { reader = nil }
    return reader
  }
}
