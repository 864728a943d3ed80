private import COctavoProto
package import Core
package import RPC

extension WireMessage {
  /// - Throws: INVALID_ARGUMENT for bytes that are no such message, RESOURCE_EXHAUSTED for a message that
  ///   would unpack to far more memory than it has bytes.
  package init(_ payload: Payload) throws(OctavoError) {
    let unpacked = try Unpacked<Wire>(payload, named: "\(Self.self)")
    self = try unpacked.read { wire throws(OctavoError) in try Self(reading: wire) }
  }

  /// The message as bytes, packed straight into the payload's storage.
  package func payload() -> Payload {
    let arena = Arena()
    let message = arena.message(self)
    return message.withMemoryRebound(to: ProtobufCMessage.self, capacity: 1) { base in
      Payload(count: protobuf_c_message_get_packed_size(base)) { storage in
        guard let start = storage.bindMemory(to: UInt8.self).baseAddress else { return }
        protobuf_c_message_pack(base, start)
      }
    }
  }
}
