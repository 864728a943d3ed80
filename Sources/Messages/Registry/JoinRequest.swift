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

extension JoinRequest {
  /// 1 PiB: sums of what workers offer and promise stay far from overflow.
  package static let memoryBytesMax = 1 << 50
  package static let threadsMax = 1_024
  private static let addressBytesMax = 261
  private static let nameBytesMax = 64

  /// - Throws: INVALID_ARGUMENT with the field and the value seen.
  private func validate() throws(OctavoError) {
    guard (1...Self.memoryBytesMax).contains(memoryBytes) else {
      throw .invalid("memory_bytes", "\(memoryBytes)", "give 1 to \(Self.memoryBytesMax)")
    }
    guard (1...Self.threadsMax).contains(threads) else {
      throw .invalid("threads", "\(threads)", "give 1 to \(Self.threadsMax)")
    }
    guard isAddress else { throw .invalid("address", quoted(address), "give HOST:PORT") }
    for (field, name) in [("device", device), ("software_version", softwareVersion)] {
      guard name.utf8.count <= Self.nameBytesMax, name.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
        throw .invalid(field, quoted(name), "give at most \(Self.nameBytesMax) printable ASCII characters")
      }
    }
  }

  /// A name or an IP address, the latter in brackets if it has colons itself, and a port: no other scheme of
  /// gRPC's, since routers and workers connect to what stands here.
  private var isAddress: Bool {
    guard address.utf8.count <= Self.addressBytesMax, let colon = address.lastIndex(of: ":"),
      address[address.index(after: colon)...].utf8.allSatisfy({ (48...57).contains($0) }),
      let port = UInt16(address[address.index(after: colon)...]), port > 0
    else { return false }
    let host = address[..<colon]
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    return !host.isEmpty
      && host.utf8.allSatisfy { byte in
        let character = Character(Unicode.Scalar(byte))
        return byte < 0x80 && (character.isLetter || character.isNumber || ".-_%".contains(character))
          || isBracketed && "[]:".contains(character)
      }
  }
}

extension JoinRequest: WireMessage {
  /// - Throws: FAILED_PRECONDITION for another protocol version, before anything else is read; INVALID_ARGUMENT
  ///   for an introduction that no worker of sound mind sends.
  package init(reading wire: Octavo__V1__JoinRequest) throws(OctavoError) {
    try Messages.checkProtocolVersion(wire.protocol_version)
    self.init(
      softwareVersion: try Reading.text(wire.software_version, "software_version"),
      address: try Reading.text(wire.address, "address"),
      memoryBytes: try Reading.count(wire.memory_bytes, "memory_bytes"), threads: Int(wire.threads),
      device: try Reading.text(wire.device, "device"))
    try validate()
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
