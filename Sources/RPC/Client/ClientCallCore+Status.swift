extension ClientCallCore {
  var knownStatus: Status? { state.withLock { $0.status } }

  func awaitStatus(_ continuation: Resumption<Status>) {
    let known = state.withLock { state in
      if state.status == nil { state.statusWaiters.append(continuation) }
      return state.status
    }
    if let known { continuation.resume(returning: known) }
  }

  func ended() {
    let status = results.status()
    let waiters = state.withLock { state in
      state.status = status
      defer {
        state.statusWaiters = []
        state.closeWaiters = []
      }
      return (state.statusWaiters, state.closeWaiters)
    }
    for waiter in waiters.0 { waiter.resume(returning: status) }
    for waiter in waiters.1 { waiter.resume(returning: status) }
  }

  func awaitInitialMetadata(_ continuation: Resumption<Metadata?>) {
    let known = state.withLock { state in
      if state.headers == nil { state.headerWaiters.append(continuation) }
      return state.headers
    }
    if let known { continuation.resume(returning: known) }
  }

  func headersArrived(_ headers: Metadata?) {
    let waiters = state.withLock { state in
      state.headers = .some(headers)
      defer { state.headerWaiters = [] }
      return state.headerWaiters
    }
    for waiter in waiters { waiter.resume(returning: headers) }
  }
}
