package import COctavoProto
package import Core

/// What both ends of a stage's calls must agree on before anything flows.
package struct Handshake: Sendable, Hashable {
  package var protocolVersion: UInt32
  package var stage: StageID
  package var digest: CheckpointDigest
  package var configuration: InstanceConfiguration
  package var epoch: Epoch

  package init(
    protocolVersion: UInt32 = Messages.protocolVersion, stage: StageID, digest: CheckpointDigest,
    configuration: InstanceConfiguration, epoch: Epoch
  ) {
    self.protocolVersion = protocolVersion
    self.stage = stage
    self.digest = digest
    self.configuration = configuration
    self.epoch = epoch
  }
}

extension Handshake: WireMessage {
  /// - Throws: FAILED_PRECONDITION for another protocol version, before anything else is read.
  package init(reading wire: Octavo__V1__Handshake) throws(OctavoError) {
    try Messages.checkProtocolVersion(wire.protocol_version)
    self.init(
      stage: try Reading.message(wire.stage, "handshake.stage"),
      digest: try CheckpointDigest(hexadecimal: try Reading.text(wire.digest, "handshake.digest")),
      configuration: try Reading.message(wire.configuration, "handshake.configuration"),
      epoch: Epoch(wire.epoch))
  }

  package func write(to wire: inout Octavo__V1__Handshake, in arena: Arena) {
    wire.protocol_version = protocolVersion
    wire.stage = arena.message(stage)
    wire.digest = arena.text(digest.hexadecimal)
    wire.configuration = arena.message(configuration)
    wire.epoch = epoch.rawValue
  }
}
