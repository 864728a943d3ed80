internal import CGRPC

extension ServerCore {
  func retire() async { await shutdown(grace: .zero) }

  func shutdown(grace: Duration) async {
    let claimed: Handle? = state.withLock { state in
      guard state.phase == .configuring || state.phase == .serving else { return nil }
      state.phase = .stopping
      return state.server
    }
    guard let server = claimed else { return await stopped() }
    health.retire()
    let canceller = Task {
      do { try await Task.sleep(for: grace) } catch { return }
      self.cancelAll()
    }
    await withCheckedContinuation { continuation in
      grpc_server_shutdown_and_notify(server.pointer, queue, ClosureTag { _ in continuation.resume() }.give())
    }
    canceller.cancel()
    await canceller.value
    await drained()
    state.withLock { $0.server = nil }
    grpc_server_destroy(server.pointer)
    loop.core.gate.leave()
    let waiters = state.withLock { state in
      state.phase = .stopped
      defer { state.stopWaiters = [] }
      return state.stopWaiters
    }
    for waiter in waiters { waiter.resume() }
  }

  func cancelAll() {
    state.withLock { state in
      if let server = state.server { grpc_server_cancel_all_calls(server.pointer) }
    }
  }

  func drained() async {
    await withCheckedContinuation { continuation in
      let isDrained = state.withLock { state in
        let isDrained = state.calls.isEmpty && state.handlerCount == 0
        if !isDrained { state.drainWaiters.append(continuation) }
        return isDrained
      }
      if isDrained { continuation.resume() }
    }
  }

  func stopped() async {
    await withCheckedContinuation { continuation in
      let isStopped = state.withLock { state in
        if state.phase != .stopped { state.stopWaiters.append(continuation) }
        return state.phase == .stopped
      }
      if isStopped { continuation.resume() }
    }
  }
}
