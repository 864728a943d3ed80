import Core
import Messages

/// The stages a worker holds, within the memory it offers.
actor StageTable {
  nonisolated let memory: ByteCount
  private var hosts: [StageID: StageHost] = [:]
  private var isClosed = false

  init(memory: ByteCount) {
    self.memory = memory
  }

  var used: ByteCount { hosts.values.reduce(ByteCount(0)) { $0 + $1.bytes } }
  var all: [StageHost] { hosts.values.sorted { "\($0.request.handshake.stage)" < "\($1.request.handshake.stage)" } }

  /// Grants a stage its memory. An older life of the same stage gives way.
  ///
  /// - Throws: RESOURCE_EXHAUSTED with the bytes missing, FAILED_PRECONDITION for an older epoch.
  func add(_ host: StageHost) async throws(OctavoError) {
    let stage = host.request.handshake.stage
    // Again after each wait: others may have loaded it meanwhile.
    while let old = hosts[stage] {
      guard old.request.handshake.epoch < host.request.handshake.epoch else {
        throw OctavoError(
          .failedPrecondition, "stage \(stage) is loaded already, in epoch \(old.request.handshake.epoch.rawValue)")
      }
      await remove(old)
    }
    guard !isClosed else { throw OctavoError(.unavailable, "this worker is shutting down") }
    let missing = used.bytes + host.bytes.bytes - memory.bytes
    guard missing <= 0 else {
      throw OctavoError(
        .resourceExhausted,
        "stage \(stage) takes \(host.bytes); this worker offers \(memory), of which \(used) are in use: "
          + "\(missing) bytes are missing")
    }
    hosts[stage] = host
  }

  /// Removes a stage unless it was loaded after `epoch`.
  func remove(_ stage: StageID, upTo epoch: Epoch?) async {
    guard let host = hosts[stage], host.request.handshake.epoch <= epoch ?? host.request.handshake.epoch else { return }
    await remove(host)
  }

  /// Removes just this host: its stage may have been loaded anew meanwhile. Its memory counts as used until it is
  /// given back, which may take the rest of a layer's load or of a frame.
  func remove(_ host: StageHost) async {
    host.abandon()
    await host.unload()
    let stage = host.request.handshake.stage
    if hosts[stage] === host { hosts[stage] = nil }
  }

  /// Whether this host still stands for its stage.
  func holds(_ host: StageHost) -> Bool { hosts[host.request.handshake.stage] === host }

  /// Ends every stage.
  func removeAll() async {
    for host in hosts.values { await remove(host) }
  }

  /// - Throws: NOT_FOUND when no such stage is loaded.
  func host(of stage: StageID) throws(OctavoError) -> StageHost {
    guard let host = hosts[stage] else { throw OctavoError(.notFound, "stage \(stage) is not loaded on this worker") }
    return host
  }

  /// Takes no more stages and ends those that are there.
  func close() async {
    isClosed = true
    await removeAll()
  }
}
