import Core
import Engine
import Logging
import Messages
import RPC

/// The `octavo.v1.Worker` service.
struct WorkerService: Sendable {
  let table: StageTable
  let checkpoints: CheckpointReader
  let options: EngineOptions
  let log: Logger
  /// Where calls complete.
  let loop: EventLoop
  /// A channel of the caller's own to another worker: one that is gone takes its channel with it.
  let connect: @Sendable (_ address: String) throws(OctavoError) -> Channel

  func register(on server: Server) {
    server.answer(.worker("Describe")) { await describe() }
    server.handle(.worker("Load")) { call in try await self.load(call) }
    server.obey(.worker("Unload")) { (request: UnloadRequest) in
      await table.remove(request.stage, upTo: request.epoch)
    }
    server.handle(.worker("Forward")) { call in try await self.forward(call) }
    server.handle(.worker("Results")) { call in try await self.results(call) }
  }

  private func describe() async -> DescribeResponse {
    var stages: [StageDescription] = []
    for host in await table.all {
      stages.append(
        StageDescription(
          stage: host.request.handshake.stage, model: host.request.model, range: host.request.range,
          memoryBytes: host.bytes.bytes, sequencesOpen: await host.sequencesOpen))
    }
    return DescribeResponse(
      memoryBytes: table.memory.bytes, memoryUsedBytes: await table.used.bytes, stages: stages)
  }
}
