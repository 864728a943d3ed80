import Checkpoints
import Core
import Engine
import Messages
import Models
import RPC

extension WorkerService {
  /// Checks everything that can be checked before a byte of weights is read, then loads and reports progress.
  func load(_ call: ServerCall) async throws {
    let request = try LoadRequest(try await call.receiveFirst())
    let checkpoint = try await checkpoints.open(for: request)
    let bytes = try StageMemory(
      checkpoint.architecture, request.range, request.handshake.configuration, request.capacity,
      storedHeadBytesPerElement: checkpoint.storedHeadBytesPerElement
    ).total
    // CPUs of one's own are one stage's: two on the same ones would wait for each other.
    let others = await table.all.filter { $0.request.handshake.stage != request.handshake.stage }
    var options = options
    if !others.isEmpty { options.cpus = [] }
    let host = try StageHost(request, bytes: bytes, options)
    try await table.add(host)
    do {
      try await withTaskCancellationHandler {
        try await load(checkpoint, into: host, reportingTo: call)
      } onCancel: {
        host.abandon()
      }
      guard await table.holds(host) else {
        throw OctavoError(.aborted, "stage \(request.handshake.stage) was unloaded while it was loading")
      }
      try await call.send(LoadProgress(fraction: 1, memoryBytes: bytes.bytes).payload())
    } catch {
      await table.remove(host)
      throw error
    }
  }

  private func load(_ checkpoint: Checkpoint, into host: StageHost, reportingTo call: ServerCall) async throws {
    let (progress, report) = AsyncStream.makeStream(of: Float.self, bufferingPolicy: .bufferingNewest(1))
    async let loaded: Void = {
      defer { report.finish() }
      try await host.load(checkpoint) { done, total in report.yield(Float(done) / Float(total)) }
    }()
    for await fraction in progress { try await call.send(LoadProgress(fraction: fraction).payload()) }
    try await loaded
  }
}
