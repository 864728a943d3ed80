import ControlPlane
import Core
import Messages
import RPC

/// The `octavo.v1.Registry` service.
struct RegistryService: Sendable {
  let cluster: ClusterDriver

  func register(on server: Server) {
    server.answer(.registry("Join")) { (request: JoinRequest) -> JoinResponse in
      try await cluster.welcome(request)
    }
    server.obey(.registry("Heartbeat")) { (request: HeartbeatRequest) in
      try await cluster.hear(request.worker)
    }
    server.obey(.registry("Leave")) { (request: LeaveRequest) in
      await cluster.handle(.workerLeft(request.worker))
    }
  }
}
