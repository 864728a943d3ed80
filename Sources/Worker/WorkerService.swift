import Core
import Engine
import Messages
import RPC

/// The `octavo.v1.Worker` service.
struct WorkerService: Sendable {
  let table: StageTable
  let models: ModelFolder
  let options: EngineOptions
  let channels: ChannelPool

  func register(on server: Server) {
    server.handle(.worker("Describe")) { call in try await self.describe(call) }
    server.handle(.worker("Load")) { call in try await self.load(call) }
    server.handle(.worker("Unload")) { call in try await self.unload(call) }
    server.handle(.worker("Forward")) { call in try await self.forward(call) }
    server.handle(.worker("Results")) { call in try await self.results(call) }
  }

  private func describe(_ call: ServerCall) async throws(OctavoError) {
    _ = try await call.receiveFirst()
    var stages: [StageDescription] = []
    for host in await table.all {
      stages.append(
        StageDescription(
          stage: host.request.handshake.stage, model: host.request.model, range: host.request.range,
          memoryBytes: host.bytes.bytes, sequencesOpen: await host.sequencesOpen))
    }
    let response = DescribeResponse(
      memoryBytes: table.memory.bytes, memoryUsedBytes: await table.used.bytes, stages: stages)
    try await call.send(response.payload())
  }

  private func unload(_ call: ServerCall) async throws(OctavoError) {
    let request = try UnloadRequest(try await call.receiveFirst())
    await table.remove(request.stage)
    try await call.send(Empty().payload())
  }
}
