package import COctavoProto
package import Core

extension StageTiming: WireMessage {
  package init(reading wire: Octavo__V1__StageTiming) {
    self.init(
      idleNs: wire.idle_ns, queuedNs: wire.queued_ns, runNs: wire.run_ns, sendNs: wire.send_ns,
      receivedBytes: wire.received_bytes)
  }

  package func write(to wire: inout Octavo__V1__StageTiming, in arena: Arena) {
    wire.idle_ns = idleNs
    wire.queued_ns = queuedNs
    wire.run_ns = runNs
    wire.send_ns = sendNs
    wire.received_bytes = receivedBytes
  }
}
