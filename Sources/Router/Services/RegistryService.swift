import Core
import Messages
import RPC

/// The `octavo.v1.Registry` service.
struct RegistryService: Sendable {
  let cluster: ClusterDriver

  func register(on server: Server) {
    server.handle(.registry("Join")) { call in
      try await call.answer { (request: JoinRequest) async throws(OctavoError) -> JoinResponse in
        try await cluster.welcome(request)
      }
    }
    server.handle(.registry("Heartbeat")) { call in
      let request = try HeartbeatRequest(try await call.receiveFirst())
      try await cluster.hear(request.worker)
      try await call.send(Empty().payload())
    }
    server.handle(.registry("Leave")) { call in
      let request = try LeaveRequest(try await call.receiveFirst())
      await cluster.handle(.workerLeft(request.worker))
      try await call.send(Empty().payload())
    }
  }
}
