internal import Core
internal import CGRPC

extension ChannelCore {
  func retire() async {
    let calls = state.withLock { state in
      state.isClosing = true
      return Array(state.calls.values)
    }
    for call in calls { call.cancel(.cancelled, "the channel was closed") }
    await withCheckedContinuation { continuation in
      let isDrained = state.withLock { state in
        if !state.calls.isEmpty { state.drainWaiters.append(continuation) }
        return state.calls.isEmpty
      }
      if isDrained { continuation.resume() }
    }
    destroy()
  }

  /// Asks for a tag when the connectivity is no longer `seen`; `false` once closed.
  func watch(from seen: grpc_connectivity_state, deadline: gpr_timespec, _ tag: Tag) -> Bool {
    state.withLock { state in
      guard let channel = state.channel, !state.isClosing else { return false }
      state.queueUserCount += 1
      grpc_channel_watch_connectivity_state(channel.pointer, seen, deadline, loop.core.queue, tag.give())
      return true
    }
  }

  /// A watch came back, or the native channel is gone: the last one leaves the loop.
  func unwatch() {
    let isLast = state.withLock { state in
      state.queueUserCount -= 1
      return state.queueUserCount == 0
    }
    if isLast { loop.core.gate.leave() }
  }

  /// For connectivity: the native channel while it is open.
  func withChannel<Result: Sendable>(_ body: (OpaquePointer) -> Result) -> Result? {
    state.withLock { state in
      guard let channel = state.channel, !state.isClosing else { return nil }
      return body(channel.pointer)
    }
  }
}
