internal import CGRPC
internal import Core

extension ServerCore {
  func add(_ route: Route) {
    state.withLock { state in
      precondition(state.phase == .configuring, "handlers are added before the server starts")
      precondition(state.routes[route.method] == nil, "\(route.method) has two handlers")
      state.routes[route.method] = route
    }
  }

  func listen(host: String, port: Int) throws(OctavoError) -> Int {
    guard (0...65_535).contains(port) else { throw .invalid("port", "\(port)", "give 0 (any free one) to 65535") }
    guard !host.isEmpty, !host.utf8.contains(0) else { throw .invalid("host", quoted(host), "give a name or address") }
    let address = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]:\(port)" : "\(host):\(port)"
    let bound: Int? = state.withLock { state in
      guard state.phase == .configuring, let server = state.server else { return nil }
      return Int(grpc_server_add_http2_port(server.pointer, address, credentials.pointer))
    }
    guard let bound else { throw OctavoError(.failedPrecondition, "ports are added before the server starts") }
    guard bound > 0 else {
      throw OctavoError(.alreadyExists, "cannot listen on \(address): the port is in use or the address is not ours")
    }
    state.withLock { $0.portCount += 1 }
    return bound
  }

  func start() throws(OctavoError) {
    for route in health.routes { add(route) }
    let slots: [RequestSlot]? = state.withLock { state in
      guard state.phase == .configuring, state.portCount > 0, let server = state.server else { return nil }
      var slots = [RequestSlot(server: self, route: nil, registered: nil)]
      for route in state.routes.values {
        let registered = grpc_server_register_method(server.pointer, route.method.path, nil, route.payloadHandling, 0)
        for _ in 0..<Self.slotsPerMethod {
          slots.append(RequestSlot(server: self, route: route, registered: registered))
        }
      }
      grpc_server_start(server.pointer)
      state.phase = .serving
      return slots
    }
    guard let slots else {
      throw OctavoError(.failedPrecondition, "a server starts once, after it listens on a port")
    }
    for slot in slots { slot.post() }
  }
}
