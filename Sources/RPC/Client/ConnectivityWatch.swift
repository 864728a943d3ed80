internal import CGRPC

/// Waits for one change of a channel's connectivity; ends early for a cancelled task, while the tag stays
/// with gRPC until the change, the deadline or the channel's end.
final class ConnectivityWatch: Tag, @unchecked Sendable {
  private enum State {
    case idle
    case waiting(Resumption<Bool>)
    case over
  }

  private let channel: ChannelCore
  private let state = Guarded(State.idle)

  init(channel: ChannelCore) { self.channel = channel }

  /// - Returns: whether the state is another than `seen` now; `false` past the deadline or when cancelled.
  func change(from seen: grpc_connectivity_state, deadline: gpr_timespec) async -> Bool {
    await withTaskCancellationHandler {
      await resumed { continuation in
        let isOver = state.withLock { state in
          if case .over = state { return true }
          state = .waiting(continuation)
          return false
        }
        if isOver { return continuation.resume(returning: false) }
        let isWatching = channel.watch(from: seen, deadline: deadline, self)
        if !isWatching { end(false) }
      }
    } onCancel: {
      end(false)
    }
  }

  override func complete(_ step: UInt, ok: Bool) {
    channel.unwatch()
    end(ok)
  }

  private func end(_ hasChanged: Bool) {
    let waiter: Resumption<Bool>? = state.withLock { state in
      defer { state = .over }
      guard case .waiting(let waiter) = state else { return nil }
      return waiter
    }
    waiter?.resume(returning: hasChanged)
  }
}
