internal import Core

extension ServerCore {
  /// On the loop's thread: a call has arrived.
  func accept(_ call: ServerCallCore, _ route: Route?, _ request: Payload?) {
    let isAdmitted = state.withLock { state in
      let isAdmitted = max(state.calls.count, state.handlerCount) < options.callsInFlightMax && route != nil
      state.calls[ObjectIdentifier(call)] = call
      if isAdmitted { state.handlerCount += 1 }
      return isAdmitted
    }
    guard let route else {
      return call.finish(Status(.unimplemented, "\(quoted(call.method.path)) is not served here"))
    }
    guard isAdmitted else {
      let message = "\(options.callsInFlightMax) calls are in flight, as many as there may be: try again later"
      return call.finish(Status(.resourceExhausted, message))
    }
    call.run({ await self.serve(call, route, request) }, on: route.placement)
  }

  func serve(_ call: ServerCallCore, _ route: Route, _ request: Payload?) async {
    do {
      switch route.handler {
      case .stream(let body):
        try await body(ServerCall(core: call))
        call.finish(.ok)
      case .unary(let body):
        if let request {
          call.finish(.ok, answer: try await body(request, ServerCall(core: call)))
        } else {
          call.finish(Status(.invalidArgument, "\(route.method) needs one message, none came"))
        }
      }
    } catch {
      call.finish(Status(thrown: error))
    }
    handlerReturned()
  }

  func handlerReturned() {
    resume { $0.handlerCount -= 1 }
  }

  func dismiss(_ call: ServerCallCore) {
    resume { $0.calls.removeValue(forKey: ObjectIdentifier(call)) }
  }

  func resume(after change: (inout State) -> Void) {
    let waiters: [CheckedContinuation<Void, Never>] = state.withLock { state in
      change(&state)
      guard state.calls.isEmpty, state.handlerCount == 0, !state.drainWaiters.isEmpty else { return [] }
      defer { state.drainWaiters = [] }
      return state.drainWaiters
    }
    for waiter in waiters { waiter.resume() }
  }
}
