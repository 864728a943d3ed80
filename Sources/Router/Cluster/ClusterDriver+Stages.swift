import Logging
import ControlPlane
import Core
import Messages
import RPC

extension ClusterDriver {
  /// Has a worker load a stage, and tells the control plane how far it is.
  func load(_ order: LoadOrder) async {
    do throws(OctavoError) {
      handle(.stageLoaded(order.stage, order.epoch, memory: ByteCount(try await follow(order))))
    } catch {
      handle(.stageRefused(order.stage, order.epoch, error))
    }
  }

  /// - Returns: the bytes that the stage takes.
  private func follow(_ order: LoadOrder) async throws(OctavoError) -> Int {
    let request = LoadRequest(
      handshake: Handshake(
        stage: order.stage, digest: order.model.digest, configuration: order.model.configuration, epoch: order.epoch),
      model: order.model.name, range: order.range, capacity: order.model.capacity, nextAddress: order.nextAddress)
    let call = try await channels.channel(to: order.address).startCall(.worker("Load"), timeout: Self.loadTimeout)
    try await call.send(request.payload())
    try await call.finishSending()
    var last: LoadProgress?
    while let payload = try await call.receive() {
      let progress = try LoadProgress(payload)
      last = progress
      handle(.stageProgressed(order.stage, order.epoch, fraction: progress.fraction))
    }
    guard let last, last.fraction == 1, last.memoryBytes > 0 else {
      throw OctavoError(.internal, "the worker at \(order.address) ended a load without saying what the stage takes")
    }
    return last.memoryBytes
  }

  /// A worker that does not answer is gone, and its stages with it.
  func unload(
    _ stage: StageID, _ epoch: Epoch, address: String, timeout: Duration = ClusterDriver.unloadTimeout
  ) async {
    do throws(OctavoError) {
      _ = try await channels.channel(to: address).unary(
        .worker("Unload"), UnloadRequest(stage: stage, epoch: epoch).payload(), timeout: timeout)
    } catch {
      log.info("a stage was not unloaded", metadata: ["stage": "\(stage)", "error": "\(error)"])
    }
  }

  /// What a person wants to find in the log.
  func note(_ event: ControlPlaneEvent) {
    switch event {
    case .workerJoined(let worker, let address, let memory, _, _):
      log.info("worker joined", metadata: ["worker": "\(worker)", "address": "\(address)", "memory": "\(memory)"])
    case .workerLeft(let worker): log.info("worker left", metadata: ["worker": "\(worker)"])
    case .stageLoaded(let stage, _, let memory):
      log.info("stage loaded", metadata: ["stage": "\(stage)", "memory": "\(memory)"])
    case .stageRefused(let stage, _, let error):
      log.warning("stage refused", metadata: ["stage": "\(stage)", "error": "\(error)"])
    case .pipelineJoined(let instance, _): log.info("instance ready", metadata: ["instance": "\(instance)"])
    case .pipelineLost(let instance, _, let error):
      log.warning("pipeline lost", metadata: ["instance": "\(instance)", "error": "\(error)"])
    case .wanted, .workerHeard, .stageProgressed, .tick: break
    }
  }
}
