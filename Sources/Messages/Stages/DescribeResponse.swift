package import COctavoProto
package import Core

/// What a worker is and holds.
package struct DescribeResponse: Sendable, Hashable {
  package var protocolVersion: UInt32
  package var softwareVersion: String
  package var memoryBytes: Int
  package var memoryUsedBytes: Int
  package var stages: [StageDescription]

  package init(
    protocolVersion: UInt32 = Messages.protocolVersion, softwareVersion: String = Messages.softwareVersion,
    memoryBytes: Int, memoryUsedBytes: Int, stages: [StageDescription]
  ) {
    self.protocolVersion = protocolVersion
    self.softwareVersion = softwareVersion
    self.memoryBytes = memoryBytes
    self.memoryUsedBytes = memoryUsedBytes
    self.stages = stages
  }
}

extension DescribeResponse: WireMessage {
  package init(reading wire: Octavo__V1__DescribeResponse) throws(OctavoError) {
    self.init(
      protocolVersion: wire.protocol_version,
      softwareVersion: try Reading.text(wire.software_version, "software_version"),
      memoryBytes: try Reading.count(wire.memory_bytes, "memory_bytes"),
      memoryUsedBytes: try Reading.count(wire.memory_used_bytes, "memory_used_bytes"),
      stages: try Reading.messages(wire.n_stages, wire.stages))
  }

  package func write(to wire: inout Octavo__V1__DescribeResponse, in arena: Arena) {
    wire.protocol_version = protocolVersion
    wire.software_version = arena.text(softwareVersion)
    wire.memory_bytes = UInt64(memoryBytes)
    wire.memory_used_bytes = UInt64(memoryUsedBytes)
    (wire.n_stages, wire.stages) = arena.messages(stages)
  }
}
