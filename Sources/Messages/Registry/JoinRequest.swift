package import COctavoProto
package import Core

/// A worker's introduction to a router.
package struct JoinRequest: Sendable, Hashable {
  package var protocolVersion: UInt32
  package var softwareVersion: String
  /// HOST:PORT as the router and other workers reach it.
  package var address: String
  package var memoryBytes: Int
  package var threads: Int
  package var device: String

  package init(
    protocolVersion: UInt32 = Messages.protocolVersion, softwareVersion: String = Messages.softwareVersion,
    address: String, memoryBytes: Int, threads: Int, device: String = "cpu"
  ) {
    self.protocolVersion = protocolVersion
    self.softwareVersion = softwareVersion
    self.address = address
    self.memoryBytes = memoryBytes
    self.threads = threads
    self.device = device
  }
}

extension JoinRequest: WireMessage {
  /// - Throws: FAILED_PRECONDITION for another protocol version, before anything else is read.
  package init(reading wire: Octavo__V1__JoinRequest) throws(OctavoError) {
    try Messages.checkProtocolVersion(wire.protocol_version)
    self.init(
      softwareVersion: try Reading.text(wire.software_version, "software_version"),
      address: try Reading.text(wire.address, "address"),
      memoryBytes: try Reading.count(wire.memory_bytes, "memory_bytes"), threads: Int(wire.threads),
      device: try Reading.text(wire.device, "device"))
  }

  package func write(to wire: inout Octavo__V1__JoinRequest, in arena: Arena) {
    wire.protocol_version = protocolVersion
    wire.software_version = arena.text(softwareVersion)
    wire.address = arena.text(address)
    wire.memory_bytes = UInt64(memoryBytes)
    wire.threads = UInt32(threads)
    wire.device = arena.text(device)
  }
}
